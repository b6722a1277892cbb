"""The chain of custody: every check, reading and hold is a link that is never changed."""

from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, TimelineEntry
from incidents.policies import evidence as policies
from incidents.services import room, timeline
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.files import StoredFile, digest_on_disk
from registry.kernel.http.errors import Conflict
from registry.models import User

Custody = Evidence.Custody
Kind = CustodyEvent.Kind
_FOUND = {Custody.VERIFIED: Kind.VERIFIED, Custody.ALTERED: Kind.FOUND_ALTERED, Custody.MISSING: Kind.FOUND_MISSING}


def link(
    evidence: Evidence, kind: Kind, *, by: User | None, at: datetime, sha256: str | None = None, note: str = ""
) -> CustodyEvent:
    """One more link of the chain. `sha256` is the one found; unless given, the one on record."""
    on_record = evidence.file.sha256 if evidence.file else ""
    return CustodyEvent.objects.create(
        evidence=evidence, kind=kind, by=by, at=at, sha256=on_record if sha256 is None else sha256, note=note[:300]
    )


def verify(evidence: Evidence, *, by: User, at: datetime) -> str:
    """Compute the hash again from what lies on disk; returns the custody found. A bad finding is entered."""
    stored = _stored(evidence)
    found = _digest(stored)
    with room.entered(evidence.incident, by=by) as locked:
        row = Evidence.objects.select_related("file").get(pk=evidence.pk)
        require(policies.may_verify, by, row)
        custody = _judge(stored, found)
        is_news = row.custody != custody
        row.custody, row.checked_at = custody, at
        row.save()
        link(row, _FOUND[custody], by=by, at=at, sha256=found)
        if is_news and custody != Custody.VERIFIED:
            timeline.automatic(
                locked,
                kind=TimelineEntry.Kind.EVIDENCE,
                text=_("%(reference)s: %(custody)s.") % {"reference": row.reference, "custody": custody.label},
                by=by,
                at=at,
                data={"evidence": row.pk, "custody": str(custody), "sha256": found},
            )
        room.touch(locked)
        return custody


def open_for_reading(evidence: Evidence, *, by: User, at: datetime) -> Path:
    """Where the bytes lie, once the reading is on record."""
    stored = _stored(evidence)
    with room.entered(evidence.incident, by=by):
        row = Evidence.objects.select_related("file").get(pk=evidence.pk)
        require(policies.may_download, by, row)
        is_there = stored.path.exists()
        if is_there:
            link(row, Kind.READ, by=by, at=at)
        elif row.custody != Custody.MISSING:
            row.custody, row.checked_at = Custody.MISSING, at
            row.save()
            link(row, Kind.FOUND_MISSING, by=by, at=at, sha256="")
    if not is_there:
        raise Conflict(_("The file of %(reference)s is missing from the store.") % {"reference": evidence.reference})
    return stored.path


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
        why = required("reason", reason, limit=300)
        row.is_on_hold = is_on_hold
        row.save()
        link(row, Kind.HELD if is_on_hold else Kind.RELEASED, by=by, at=at, note=why)
        room.touch(locked)
        return row


def _stored(evidence: Evidence) -> StoredFile:
    if evidence.file is None:
        raise Conflict(_("%(reference)s has no file.") % {"reference": evidence.reference})
    return evidence.file


def _digest(stored: StoredFile) -> str:
    """Read before the room is locked: two gigabytes take a while. Empty when there is nothing."""
    try:
        return digest_on_disk(stored.path)
    except FileNotFoundError:
        return ""


def _judge(stored: StoredFile, found: str) -> Custody:
    if not found:
        return Custody.MISSING
    return Custody.VERIFIED if found == stored.sha256 else Custody.ALTERED
