"""The timeline: entries are added, corrected by further entries, and never changed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.services import room
from incidents.services.duties import duties_of
from incidents.services.wording import chosen, optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User

Kind = TimelineEntry.Kind
DECISION_DATA: Final = ("consulted", "rejected", "revisit_at")
"""Who was asked, what was decided against, and when to look again (ISO 8601)."""


def automatic(
    incident: Incident,
    *,
    kind: str,
    text: str,
    by: User | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> TimelineEntry:
    """An entry that follows from something done elsewhere in the room. The caller holds the lock."""
    return TimelineEntry.objects.create(
        incident=incident,
        kind=kind,
        text=text,
        data=dict(data or {}),
        occurred_at=occurred_at or at,
        entered_at=at,
        author=by,
        is_automatic=True,
    )


def post(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    text: str,
    kind: str = Kind.UPDATE,
    occurred_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    is_internal_update: bool = False,
) -> TimelineEntry:
    """A person's entry, at any time, also after the incident is closed. `kind` is one of the manual kinds.

    An internal update starts the clock for the next one that the severity asks for.
    """
    with room.entered(incident, by=by) as locked:
        require(may_work, by, locked)
        if chosen("kind", kind, Kind) not in TimelineEntry.MANUAL_KINDS:
            raise ValidationError({"kind": _("Entries of this kind are written by the system.")})
        entry = TimelineEntry.objects.create(
            incident=locked,
            kind=kind,
            text=required("text", text),
            data=_decision_data(data or {}) if kind == Kind.DECISION else _no_data(data or {}),
            occurred_at=_past(occurred_at or at, at),
            entered_at=at,
            author=by,
            is_internal_update=is_internal_update,
        )
        if is_internal_update and locked.is_active and (duties := duties_of(locked, at)) is not None:
            locked.next_update_due_at = at + timedelta(minutes=duties.update_minutes)
            room.save(locked)
        else:
            room.touch(locked)
        return entry


def correct(
    entry: TimelineEntry, *, by: User, at: datetime, text: str, occurred_at: datetime | None = None
) -> TimelineEntry:
    """A new entry that stands in place of `entry`, which stays readable. A pin moves along."""
    with room.entered(entry.incident, by=by, reason=_("Correction")) as locked:
        require(may_work, by, locked)
        old = TimelineEntry.objects.get(pk=entry.pk)
        if old.is_automatic:
            raise Conflict(_("This entry was written by the system and follows from the record; correct the record."))
        if TimelineEntry.objects.filter(supersedes=old).exists():
            raise Conflict(_("This entry was corrected before. Correct the newest version of it."))
        new = TimelineEntry.objects.create(
            incident=locked,
            kind=old.kind,
            text=required("text", text),
            data=old.data,
            occurred_at=_past(occurred_at or old.occurred_at, at),
            entered_at=at,
            author=by,
            supersedes=old,
            pinned_at=at if old.pinned_at else None,
            pinned_by=by if old.pinned_at else None,
        )
        if old.pinned_at:
            _set_pin(old, None, None)
        room.touch(locked)
        return new


def pin(entry: TimelineEntry, *, by: User, at: datetime) -> TimelineEntry:
    return _pin(entry, by=by, at=at)


def unpin(entry: TimelineEntry, *, by: User, at: datetime) -> TimelineEntry:
    return _pin(entry, by=by, at=None)


def _pin(entry: TimelineEntry, *, by: User, at: datetime | None) -> TimelineEntry:
    with room.entered(entry.incident, by=by) as locked:
        require(may_work, by, locked)
        found = TimelineEntry.objects.get(pk=entry.pk)
        if bool(found.pinned_at) != bool(at):
            _set_pin(found, at, by if at else None)
            room.touch(locked)
        return found


def _set_pin(entry: TimelineEntry, at: datetime | None, by: User | None) -> None:
    entry.pinned_at, entry.pinned_by = at, by
    entry.save(update_fields=["pinned_at", "pinned_by"])


def _past(moment: datetime, at: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValidationError({"occurred_at": _("This time has no time zone.")})
    if moment > at:
        raise ValidationError(
            {"occurred_at": _("This time lies in the future; only what has happened can be entered.")}
        )
    return moment


def _decision_data(data: Mapping[str, Any]) -> dict[str, str]:
    if unknown := sorted(set(data) - set(DECISION_DATA)):
        raise ValidationError({"data": _("A decision has no field “%(name)s”.") % {"name": unknown[0]}})
    return {
        "consulted": optional("consulted", data.get("consulted") or "", limit=500),
        "rejected": optional("rejected", data.get("rejected") or "", limit=2000),
        "revisit_at": _instant(data.get("revisit_at") or ""),
    }


def _instant(given: object) -> str:
    """An ISO 8601 instant with its zone; a date alone means its first moment in UTC."""
    if not given:
        return ""
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise ValidationError({"revisit_at": _("“%(text)s” is not a date.") % {"text": str(given)[:40]}}) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _no_data(data: Mapping[str, Any]) -> dict[str, str]:
    if any(data.values()):
        raise ValidationError({"data": _("Only a decision has further fields.")})
    return {}
