"""The log read again from the first place on: every hash, every place, every root, every signature."""

import json
from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from registry.kernel.audit.events import PERSONAL_DETAILS
from registry.kernel.ledger import merkle
from registry.kernel.ledger.keys import known_vkeys
from registry.kernel.ledger.models import Checkpoint, Tile
from registry.kernel.ledger.notes import NoteError, read
from registry.kernel.ledger.slices import Slice, rows_of
from registry.kernel.ledger.tiles import WIDTH, Reader

PIECE = WIDTH * 20
"""Places read at a time: whole tiles."""


class Spine:
    """The roots of the full subtrees that a number of leaves falls into, the largest first."""

    def __init__(self, size: int = 0) -> None:
        self.size = 0
        self.roots: list[bytes] = []
        reader = Reader()
        while self.size < size:
            reach = 1 << (size - self.size).bit_length() - 1
            self.roots.append(reader.root(self.size, self.size + reach))
            self.size += reach

    def add(self, hashed: bytes) -> None:
        self.size += 1
        carried, at = hashed, self.size
        while not at & 1:
            carried, at = merkle.node(self.roots.pop(), carried), at >> 1
        self.roots.append(carried)

    def root(self) -> bytes:
        found: bytes | None = None
        for one in reversed(self.roots):
            found = one if found is None else merkle.node(one, found)
        return merkle.EMPTY if found is None else found


def leaves(start: int) -> Slice:
    """Places from `start` on: no gap, each entry hashes to its leaf, its columns say what it says, tiles hold it."""
    found = Slice()
    rows = rows_of(
        "SELECT l.index, a.id, a.leaf_hash, a.payload, a.object_type, a.object_id, a.kind, a.event, a.actor_id, "
        "a.origin, a.unit_id, a.reason, a.history_id, a.login, a.detail::text, a.at, a.roles FROM ledger_leaf AS l "
        "LEFT JOIN registry_auditentry AS a ON a.id = l.entry_id "
        "WHERE l.index >= %s AND l.index < %s ORDER BY l.index",
        [start, start + PIECE],
    )
    ((goes_on,),) = rows_of("SELECT EXISTS (SELECT 1 FROM ledger_leaf WHERE index >= %s)", [start + PIECE])
    _holes(start, rows, start + PIECE if goes_on else None, found)
    rows = [row for row in rows if row[1] is not None]
    for row in rows:
        _entry(row[0], row, bytes(row[2]), found)
    _tree(start, [bytes(row[2]) for place, row in enumerate(rows, start=start) if row[0] == place], found)
    _personal([row[1] for row in rows], {row[1]: row[3] for row in rows if row[3] is not None}, found)
    found.examined = len(rows)
    found.following = start + PIECE if goes_on else None
    return found


def _holes(start: int, rows: Sequence[Any], until: int | None, found: Slice) -> None:
    """Places without a leaf up to `until`, and leaves without an entry."""
    awaited = start
    for place, entry, *_rest in [*rows, *([(until, True)] if until is not None else [])]:
        if place == awaited + 1:
            found.add(_("Place %(place)s of the log is empty.") % {"place": awaited})
        elif place > awaited:
            found.add(_("Places %(first)s to %(last)s of the log are empty.")
                      % {"first": awaited, "last": place - 1}, place - awaited)  # fmt: skip
        if entry is None:
            found.add(_("The entry at place %(place)s is gone.") % {"place": place})
        awaited = place + 1


def _tree(start: int, hashes: list[bytes], found: Slice) -> None:
    """The hashes up to the first hole, against what was stored and signed over them."""
    try:
        spine = Spine(start)
    except Tile.DoesNotExist:
        found.add(_("The stored tree has a hole before place %(place)s.") % {"place": start})
        spine = Spine()
        spine.size = start
    signed = _signed(start, len(hashes))
    for place, hashed in enumerate(hashes, start=start):
        spine.add(hashed)
        if place + 1 in signed:
            _checkpoint(signed[place + 1], spine.root(), found)
    _tiles(start, hashes, found)


def _entry(place: int, row: Sequence[Any], hashed: bytes, found: Slice) -> None:
    payload = bytes(row[3]) if row[3] is not None else None
    if payload is None:
        return
    if merkle.leaf(payload) != hashed:
        found.add(_("The entry at place %(place)s is not what was sealed.") % {"place": place})
        return
    said = _said(payload)
    if said is None:
        found.add(_("The entry at place %(place)s cannot be read.") % {"place": place})
        return
    other = [name for name, sealed, column in _columns(said, row) if sealed != column]
    if other:
        found.add(_("The entry at place %(place)s is listed with another %(fields)s than was sealed.")
                  % {"place": place, "fields": ", ".join(other)})  # fmt: skip


def _columns(said: dict[str, Any], row: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """Name, what was sealed, what the column says."""
    columns = [
        ("at", said.get("at"), row[15].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        ("roles", said.get("roles", []), row[16]),
        ("object_type", said.get("t", ""), row[4]),
        ("object_id", said.get("pk", ""), row[5]),
        ("kind", said.get("op"), row[6]),
        ("event", said.get("e", ""), row[7]),
        ("actor", said.get("actor"), row[8]),
        ("origin", said.get("origin"), row[9]),
        ("request", said.get("req", ""), row[10]),
        ("reason", said.get("why", ""), row[11]),
        ("history", said.get("h"), row[12]),
    ]
    if "login" in said:
        columns.append(("login", said["login"], row[13]))
    if "detail" in said:
        listed = {name: value for name, value in json.loads(row[14]).items() if name not in PERSONAL_DETAILS}
        columns.append(("detail", said["detail"], listed))
    return columns


def _signed(start: int, count: int) -> dict[int, Checkpoint]:
    rows = Checkpoint.objects.filter(size__gt=start, size__lte=start + count)
    return {checkpoint.size: checkpoint for checkpoint in rows}


def _checkpoint(checkpoint: Checkpoint, root: bytes, found: Slice) -> None:
    name = {"size": checkpoint.size}
    try:
        note = read(checkpoint.note, known_vkeys())
    except NoteError as wrong:
        found.add(_("The checkpoint over %(size)s entries: %(why)s") % {**name, "why": wrong})
        return
    if (note.origin, note.size, note.root.hex()) != (checkpoint.origin, checkpoint.size, checkpoint.root):
        found.add(_("The checkpoint over %(size)s entries is listed as something else than was signed.") % name)
    if note.root != root:
        found.add(_("The first %(size)s entries are not those that were signed.") % name)


def _tiles(start: int, hashes: list[bytes], found: Slice) -> None:
    first = start // WIDTH
    stored = {tile.index: bytes(tile.data) for tile in Tile.objects.filter(
        level=0, index__gte=first, index__lt=first + PIECE // WIDTH)}  # fmt: skip
    for n in range(0, len(hashes), WIDTH):
        if stored.get(first + n // WIDTH) != b"".join(hashes[n : n + WIDTH]):
            found.add(_("The stored tree does not hold the entries from place %(place)s on.") % {"place": start + n})


def _personal(ids: list[int], payloads: dict[int, Any], found: Slice) -> None:
    """Each personal value that is there opens the commitment in its entry."""
    rows = rows_of("SELECT entry_id, field, salt, value FROM ledger_secret WHERE entry_id = ANY (%s)", [ids])
    for entry, field, salt, value in rows:
        if entry not in payloads:
            continue
        promised = (_said(payloads[entry]) or {}).get("pii", {}).get(field)
        if promised != sha256(bytes(salt) + str(value).encode()).hexdigest():
            found.add(_("The personal value %(field)s of entry %(entry)s is not the one that was sealed.")
                      % {"entry": entry, "field": field})  # fmt: skip


def _said(payload: Any) -> dict[str, Any] | None:
    try:
        said = json.loads(bytes(payload))
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
