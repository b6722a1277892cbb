"""What the log must account for as a whole: nothing left out, nothing taken away without a record, guards in place."""

import json

from django.utils.translation import gettext as _

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
        "ON up.level = t.level + 1 AND up.index = t.index / %s WHERE t.width = %s AND t.id > %s ORDER BY t.id LIMIT %s",
        [WIDTH, WIDTH, start, UPPER],
    )
    for _id, level, index, data, above in rows:
        raw, up, place = bytes(data), bytes(above or b""), index % WIDTH * 32
        if up[place : place + 32] != fold([raw[n : n + 32] for n in range(0, len(raw), 32)]):
            found.add(_("The stored tree is not of one piece at level %(level)s, tile %(index)s.")
                      % {"level": level, "index": index})  # fmt: skip
    found.following = rows[-1][0] if len(rows) == UPPER else None
    return found


def unplaced(start: int) -> Slice:
    """What was settled has a place, and the last checkpoint covers every place."""
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
    rows = rows_of(
        "SELECT a.id FROM registry_auditentry AS a WHERE a.id <= %s AND NOT EXISTS "
        "(SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = a.id) ORDER BY a.id LIMIT 1000",
        [last.settled_id if last else 0],
    )
    for (entry,) in rows:
        found.add(_("Entry %(entry)s was left out of the log.") % {"entry": entry})
    if Tile.objects.filter(level=0).count() != -(-count // WIDTH):
        found.add(_("The stored tree has another size than the log."))
    return found


def withheld(start: int) -> Slice:
    """What is gone was erased with a record: its tombstone stands in the log."""
    found = Slice()
    buried: dict[str, set[str]] = {}
    graves = rows_of(
        "SELECT one ->> 'leaf', one ->> 'fields' FROM registry_auditentry AS a, "
        "LATERAL jsonb_array_elements(coalesce(public.holdfast_said(a.payload) -> 'detail' -> 'erased', '[]')) AS one "
        "WHERE a.event = 'ERASED'"
    )
    for leaf, fields in graves:
        buried.setdefault(leaf, set()).update(json.loads(fields))
    for entry, hashed in rows_of("SELECT id, encode(leaf_hash, 'hex') FROM registry_auditentry WHERE payload IS NULL"):
        if "*" not in buried.get(hashed, ()):
            found.add(_("The content of entry %(entry)s is gone without a record of its erasure.") % {"entry": entry})
    missing = rows_of(
        "SELECT a.id, encode(a.leaf_hash, 'hex'), p.key FROM registry_auditentry AS a, "
        "LATERAL jsonb_each_text(coalesce(public.holdfast_said(a.payload) -> 'pii', '{}')) AS p "
        "WHERE position('\"pii\"'::bytea IN a.payload) > 0 AND NOT EXISTS "
        "(SELECT 1 FROM ledger_secret AS s WHERE s.entry_id = a.id AND s.field = p.key)"
    )
    for entry, hashed, field in missing:
        if not {"*", field} & buried.get(hashed, set()):
            found.add(_("The personal value %(field)s of entry %(entry)s is gone without a record of its erasure.")
                      % {"entry": entry, "field": field})  # fmt: skip
    return found


def guards(start: int) -> Slice:
    found = Slice()
    for name in gone_or_off():
        found.add(_("The guard %(name)s is missing or switched off.") % {"name": name})
    for name in changed_since_sealed():
        found.add(_("%(name)s is not as it was last sealed.") % {"name": name})
    return found
