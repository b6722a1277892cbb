"""Encrypting what is stored with the current key: written beside, read back whole, then put on record.

Killed at any point, the file can be read: until the record names the new key the old copy stays, and what was left
over is taken away when it is run again, or by the daily check.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.files import StoredFile
from registry.kernel.storage import content, keys
from registry.kernel.storage.base import PIECE, StorageProblem
from registry.kernel.storage.claiming import claimed

TIMES, PAUSE = 30, 2.0
"""How often, and seconds between, a file that another process has in hand is tried."""


@dataclass(frozen=True)
class Turned:
    """What became of one file: `moved` to the current key, nothing to do, or `problem`, a sentence."""

    sha256: str
    moved: bool = False
    problem: str = ""


def rotate_all() -> Iterator[Turned]:
    """Every stored file in turn. Those that another process has in hand are tried again for a while, then named."""
    key = keys.current()
    if key is None:
        raise StorageProblem(_("No key is configured: set FILES_KEYS, the current key first."))
    rows = StoredFile.objects.exclude(condition=StoredFile.Condition.REMOVED).order_by("pk")
    waiting = list(rows.values_list("pk", flat=True))
    for tried in range(TIMES):
        if tried and waiting:
            time.sleep(PAUSE)
        in_hand = []
        for pk in waiting:
            with claimed(pk) as is_ours:
                if not is_ours:
                    in_hand.append(pk)
                elif (stored := rows.filter(pk=pk).first()) is not None:
                    yield _rotate(stored, key)
        waiting = in_hand
    for sha256 in rows.filter(pk__in=waiting).values_list("sha256", flat=True):
        yield Turned(sha256, problem=_("Another process has this file in hand. Run it again."))


def left_over() -> int:
    """Files that are not on record under the current key, whatever the reason."""
    key = keys.current()
    rows = StoredFile.objects.exclude(condition=StoredFile.Condition.REMOVED)
    return rows.exclude(key_id=key[0] if key is not None else content.PLAIN).count()


def _rotate(stored: StoredFile, key: keys.Key) -> Turned:
    try:
        moved = stored.key_id != key[0] and _move(stored, key)
        for name in content.leftovers(stored.sha256, key[0]):
            content.store().remove(name)
        return Turned(stored.sha256, moved)
    except StorageProblem as problem:
        return Turned(stored.sha256, problem=problem.sentence)


def _move(stored: StoredFile, key: keys.Key) -> bool:
    if content.locate(stored.sha256, stored.key_id) != key[0]:
        with stored.open() as stream:
            content.put(_while_it_is_sound(stream, stored.sha256), stored.sha256, stored.size, key)
    if content.digest(stored.sha256, key[0]) != stored.sha256:
        content.store().remove(content.name_of(stored.sha256, key[0]))
        raise StorageProblem(_("What was written does not read back as it should; it was taken away again."))
    with transaction.atomic():
        row = StoredFile.objects.select_for_update(no_key=True).get(pk=stored.pk)
        if row.condition == StoredFile.Condition.REMOVED:
            return False
        row.key_id = key[0]
        row.save(update_fields=["key_id"])
    return True


def _while_it_is_sound(stream: BinaryIO, sha256: str) -> Iterator[bytes]:
    """The content; refuses at its end, before it is given a name, when it is not what its hash says."""
    found = hashlib.sha256()
    while piece := stream.read(PIECE):
        found.update(piece)
        yield piece
    if found.hexdigest() != sha256:
        raise StorageProblem(_("The content is altered, so it was left as it is."))
