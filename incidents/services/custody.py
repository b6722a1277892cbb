"""The chain of custody: every check, reading and hold is a link that is never changed."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence
from incidents.policies import evidence as policies
from incidents.services import room
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note as note_event
from registry.kernel.http.errors import Conflict
from registry.models import StoredFile, User

Custody = Evidence.Custody
Kind = CustodyEvent.Kind
CUSTODY = {
    StoredFile.Condition.SOUND: Custody.VERIFIED,
    StoredFile.Condition.ALTERED: Custody.ALTERED,
    StoredFile.Condition.MISSING: Custody.MISSING,
}
"""Condition of the stored file → what the custody of a piece is then."""
FOUND = {Custody.VERIFIED: Kind.VERIFIED, Custody.ALTERED: Kind.FOUND_ALTERED, Custody.MISSING: Kind.FOUND_MISSING}


def link(
    evidence: Evidence, kind: Kind, *, by: User | None, at: datetime, sha256: str | None = None, note: str = ""
) -> CustodyEvent:
    """One more link of the chain. `sha256` is the one found; unless given, the one on record."""
    on_record = evidence.file.sha256 if evidence.file else ""
    return CustodyEvent.objects.create(
        evidence=evidence, kind=kind, by=by, at=at, sha256=on_record if sha256 is None else sha256, note=note[:300]
    )


def view(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Looking at a restricted piece is recorded: its note or link is all there is to read of some."""
    require(policies.may_download, by, evidence)
    if evidence.is_restricted:
        with acting(user_id=by.pk):
            note_event("VIEWED", at=at, object_type="incidents.evidence", object_id=evidence.pk)


def hold(evidence: Evidence, *, by: User, at: datetime, reason: str) -> Evidence:
    """Put a legal hold on: nothing may end its keeping."""
    return _set_hold(evidence, True, by=by, at=at, reason=reason)


def release(evidence: Evidence, *, by: User, at: datetime, reason: str) -> Evidence:
    """Lift the legal hold: from now on the retention class decides."""
    return _set_hold(evidence, False, by=by, at=at, reason=reason)


def _set_hold(evidence: Evidence, is_on_hold: bool, *, by: User, at: datetime, reason: str) -> Evidence:
    with room.entered(evidence.incident, by=by, reason=reason) as locked:
        row = Evidence.objects.select_related("incident", "file").get(pk=evidence.pk)
        require(policies.may_hold if is_on_hold else policies.may_release, by, row)
        if row.is_on_hold == is_on_hold:
            raise Conflict(_("It is on hold already.") if is_on_hold else _("It is not on hold."))
        require_kept(row)
        why = required("reason", reason, limit=300)
        row.is_on_hold = is_on_hold
        row.save()
        link(row, Kind.HELD if is_on_hold else Kind.RELEASED, by=by, at=at, note=why)
        room.touch(locked)
        return row


def stored_of(evidence: Evidence) -> StoredFile:
    """Its content. A Conflict where there never was any, or where it was disposed of."""
    if evidence.file is None:
        raise Conflict(_("%(reference)s has no file.") % {"reference": evidence.reference})
    require_kept(evidence)
    return evidence.file


def require_kept(evidence: Evidence) -> None:
    if evidence.custody == Custody.DISPOSED:
        raise Conflict(
            _("The content of %(reference)s was disposed of at the end of its keeping; its hash and its chain stay.")
            % {"reference": evidence.reference}
        )
