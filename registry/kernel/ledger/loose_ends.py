"""What the log must account for as a whole: nothing left out, nothing taken away without a record, guards in place."""

import json
from typing import Any

from django.utils.translation import gettext as _

from registry.kernel.ledger import slices
from registry.kernel.ledger.guarding import changed_since_sealed, gone_or_off
from registry.kernel.ledger.merkle import fold
from registry.kernel.ledger.models import Checkpoint, Leaf, Tile
from registry.kernel.ledger.slices import Slice, rows_of
from registry.kernel.ledger.tiles import WIDTH

UPPER = 200
"""Tiles of the upper levels read at a time."""


def upper_tiles(start: int) -> Slice:
    """Each full tile stands in the level above by its root."""
    found = Slice()
    rows = rows_of(
        "SELECT t.id, t.level, t.index, t.data, up.data FROM ledger_tile AS t LEFT JOIN ledger_tile AS up "
        "ON up.level = t.level + 1 AND up.index = t.index / %s WHERE t.width = %s AND t.id >= %s "
        "ORDER BY t.id LIMIT %s",
        [WIDTH, WIDTH, start, UPPER],
    )
    for _id, level, index, data, above in rows:
        raw, up, place = bytes(data), bytes(above or b""), index % WIDTH * 32
        if up[place : place + 32] != fold([raw[n : n + 32] for n in range(0, len(raw), 32)]):
            found.add(_("The stored tree is not of one piece at level %(level)s, tile %(index)s.")
                      % {"level": level, "index": index})  # fmt: skip
    found.following = rows[-1][0] + 1 if len(rows) == UPPER else None
    return found


def lengths(start: int) -> Slice:
    """The last checkpoint covers every place, and the stored tree is as long as the log. Three counts, no rows."""
    found = Slice()
    last = Checkpoint.objects.order_by("-size").first()
    highest = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    size, count = (last.size if last else 0), Leaf.objects.count()
    if (highest if highest is not None else -1) + 1 != count:
        found.add(_("The log has %(count)s places, but the last one is number %(last)s.")
                  % {"count": count, "last": highest})  # fmt: skip
    if count != size:
        found.add(_("The log has %(count)s places, but the last checkpoint is over %(size)s.")
                  % {"count": count, "size": size})  # fmt: skip
    if Tile.objects.filter(level=0).count() != -(-count // WIDTH):
        found.add(_("The stored tree has another size than the log."))
    return found


def unplaced(start: int) -> Slice:
    """What was settled has a place."""
    rows = rows_of(
        "WITH a AS MATERIALIZED (SELECT id FROM registry_auditentry WHERE id >= %s AND id <= "
        "(SELECT coalesce(max(settled_id), 0) FROM ledger_checkpoint) ORDER BY id LIMIT %s) "
        "SELECT 0, count(*), max(id) FROM a UNION ALL "
        "SELECT 1, 0, id FROM a WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = a.id OFFSET 0)",
        [start, slices.ROWS],
    )
    found = Slice()
    for is_row, count, entry in rows:
        if not is_row:
            found.read(count, entry)
        else:
            found.add(_("Entry %(entry)s was left out of the log.") % {"entry": entry})
    return found


def withheld(start: int) -> Slice:
    """What is gone was erased with a record: its tombstone stands beside the other entries of the same object."""
    rows = rows_of(
        "WITH a AS MATERIALIZED (SELECT id, object_type, object_id, encode(leaf_hash, 'hex') AS hashed, payload "
        "FROM registry_auditentry WHERE id >= %s ORDER BY id LIMIT %s) "
        "SELECT 0, count(*), max(id), NULL, NULL, NULL, NULL FROM a UNION ALL "
        "SELECT 1, 0, id, object_type, object_id, hashed, '*' FROM a WHERE payload IS NULL UNION ALL "
        "SELECT 1, 0, a.id, a.object_type, a.object_id, a.hashed, p.key FROM a, "
        "LATERAL jsonb_each_text(coalesce(public.holdfast_said(a.payload) -> 'pii', '{}')) AS p "
        "WHERE position('\"pii\"'::bytea IN a.payload) > 0 AND NOT EXISTS "
        "(SELECT 1 FROM ledger_secret AS s WHERE s.entry_id = a.id AND s.field = p.key OFFSET 0)",
        [start, slices.ROWS],
    )
    found = Slice()
    gone = [row[2:] for row in rows if row[0]]
    buried = _buried(gone)
    for entry, _type, _number, hashed, field in gone:
        if {"*", field} & buried.get(hashed, set()):
            found.erased += 1
        elif field == "*":
            found.add(_("The content of entry %(entry)s is gone without a record of its erasure.") % {"entry": entry})
        else:
            found.add(_("The personal value %(field)s of entry %(entry)s is gone without a record of its erasure.")
                      % {"entry": entry, "field": field})  # fmt: skip
    for count, last in (row[1:3] for row in rows if not row[0]):
        found.read(count, last)
    return found


def _buried(gone: list[tuple[Any, ...]]) -> dict[str, set[str]]:
    """Hash of the leaf → the fields that tombstones of the same objects name."""
    found: dict[str, set[str]] = {}
    if not gone:
        return found
    graves = rows_of(
        "SELECT one ->> 'leaf', one ->> 'fields' FROM registry_auditentry AS a, "
        "LATERAL jsonb_array_elements(coalesce(public.holdfast_said(a.payload) -> 'detail' -> 'erased', '[]')) AS one "
        "WHERE a.event = 'ERASED' AND (a.object_type, a.object_id) IN "
        "(SELECT * FROM unnest(%s::text[], %s::text[]))",
        [list(column) for column in zip(*{row[1:3] for row in gone}, strict=True)],
    )
    for leaf, fields in graves:
        found.setdefault(leaf, set()).update(json.loads(fields))
    return found


def guards(start: int) -> Slice:
    found = Slice()
    for name in gone_or_off():
        found.add(_("The guard %(name)s is missing or switched off.") % {"name": name})
    for name in changed_since_sealed():
        found.add(_("%(name)s is not as it was last sealed.") % {"name": name})
    return found
