"""Handing out the content of evidence: on record before a byte leaves, and watched to its end."""

import io
from datetime import datetime
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from incidents.models import CustodyEvent, Evidence
from incidents.policies import evidence as policies
from incidents.services import room
from incidents.services.custody import CUSTODY, Custody, link, require_kept, stored_of
from incidents.services.damage import Alarm, enter
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.storage.base import PIECE, ContentAltered, ContentMissing
from registry.kernel.storage.checking import judge, settle
from registry.models import StoredFile, User

_NOT_READ = {
    Custody.MISSING: _lazy("The file of %(reference)s is missing from the store."),
    Custody.ALTERED: _lazy("The file of %(reference)s was altered where it is kept, so it is not handed out."),
}


def open_for_reading(evidence: Evidence, *, by: User, at: datetime) -> BinaryIO:
    """The content, once the reading is on record. Damage is entered and told of, then a Conflict says it.

    It is opened before the room is locked: a store that is slow must keep nobody from acting there.
    """
    require(policies.may_download, by, evidence)
    stored = stored_of(evidence)
    try:
        stream = stored.open()
    except (ContentMissing, ContentAltered):
        custody = _enter(evidence, stored, by=by, at=at)
        if custody not in _NOT_READ:
            raise
        raise Conflict(_NOT_READ[custody] % {"reference": evidence.reference}) from None
    try:
        with room.entered(evidence.incident, by=by):
            row = Evidence.objects.select_related("file").get(pk=evidence.pk)
            require(policies.may_download, by, row)
            require_kept(row)
            link(row, CustodyEvent.Kind.READ, by=by, at=at)
    except BaseException:
        stream.close()
        raise
    return io.BufferedReader(_Watched(stream, evidence, stored, by), buffer_size=PIECE)


def _enter(evidence: Evidence, stored: StoredFile, *, by: User, at: datetime) -> Custody:
    """What is found on a second look, entered for this piece and for all that have the same content."""
    found = stored.digest()
    condition = judge(stored, found)
    how = _("Found when it was opened")
    settle(stored, condition, found, Alarm(by, how), at=at)
    with room.entered(evidence.incident, by=by) as locked:
        row = Evidence.objects.select_related("file").get(pk=evidence.pk)
        row.incident = locked
        if row.custody != Custody.DISPOSED:
            enter(row, CUSTODY[condition], found, at=at, by=by, how=how)
    return CUSTODY[condition]


class _Watched(io.RawIOBase):
    """The same bytes; an alteration that shows only on the way is entered before the stream breaks off."""

    def __init__(self, stream: BinaryIO, evidence: Evidence, stored: StoredFile, by: User) -> None:
        self.stream, self.evidence, self.stored, self.by = stream, evidence, stored, by

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        try:
            piece = self.stream.read(len(buffer))
        except ContentAltered:
            _enter(self.evidence, self.stored, by=self.by, at=timezone.now())
            raise
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self.stream.close()
        super().close()
