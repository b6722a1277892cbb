"""Evidence that only named people open: closed to them, one let in or taken off, opened again to all who work there."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, EvidenceOpener, Incident
from incidents.policies import evidence as policies
from incidents.policies.incidents import may_see
from incidents.services import custody, room
from incidents.services.telling import tell_people
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User


def name(piece: Evidence, *, person: User, by: User, at: datetime, reason: str) -> Evidence:
    """Let `person` open it. The first name closes it to everybody else but auditors, and whoever closes it stays in.

    Raises ValidationError under `person` for somebody who does not see the incident.
    """
    with room.entered(piece.incident, by=by, reason=reason) as locked:
        row = _again(piece, locked)
        require(policies.may_name, by, row)
        why = required("reason", reason, limit=300)
        _check(person, locked)
        if not row.is_named_only:
            require(policies.may_download, by, row)
            row.is_restricted = row.is_named_only = True
            row.save()
            if person != by:
                _let(row, by, by=by, at=at, reason=why)
        elif policies.is_named(person, row):
            raise Conflict(_("%(person)s is named already.") % {"person": person.name})
        _let(row, person, by=by, at=at, reason=why)
        words = {"person": person.name, "reason": why}
        custody.link(row, CustodyEvent.Kind.NAMED, by=by, at=at, note=_("%(person)s: %(reason)s") % words)
        room.touch(locked)
        subject = _("You may open %(piece)s") % {"piece": row.reference}
        tell_people(
            locked, [person], event=f"evidence-{row.pk}-named-{at:%Y%m%d%H%M%S}", subject=subject,
            body=_("Each opening is recorded."), at=at, by=by, url=row.get_absolute_url(),
        )  # fmt: skip
        return _again(row, locked)


def take_off(piece: Evidence, *, person: User, by: User, at: datetime, reason: str) -> Evidence:
    """`person` no longer opens it. Somebody has to stay."""
    with room.entered(piece.incident, by=by, reason=reason) as locked:
        row = _again(piece, locked)
        require(policies.may_name, by, row)
        why = required("reason", reason, limit=300)
        names = list(EvidenceOpener.objects.filter(evidence=row, ended_at__isnull=True))
        found = next((each for each in names if each.person_id == person.pk), None)
        if found is None:
            raise Conflict(_("%(person)s is not named.") % {"person": person.name})
        if len(names) == 1:
            raise Conflict(_("Somebody has to be left who opens it. Name another person first."))
        _end(found, by=by, at=at)
        note = _("%(person)s no longer: %(reason)s") % {"person": person.name, "reason": why}
        custody.link(row, CustodyEvent.Kind.NAMED, by=by, at=at, note=note)
        room.touch(locked)
        return _again(row, locked)


def open_to_room(piece: Evidence, *, by: User, at: datetime, reason: str) -> Evidence:
    """Whoever works on the incident opens it again; restricted it stays."""
    with room.entered(piece.incident, by=by, reason=reason) as locked:
        row = _again(piece, locked)
        require(policies.may_name, by, row)
        require(policies.may_download, by, row)
        if not row.is_named_only:
            raise Conflict(_("It is not closed to named people."))
        why = required("reason", reason, limit=300)
        row.is_named_only = False
        row.save()
        for each in EvidenceOpener.objects.filter(evidence=row, ended_at__isnull=True):
            _end(each, by=by, at=at)
        note = _("Everyone who works there: %(reason)s") % {"reason": why}
        custody.link(row, CustodyEvent.Kind.NAMED, by=by, at=at, note=note)
        room.touch(locked)
        return _again(row, locked)


def _again(piece: Evidence, locked: Incident) -> Evidence:
    row = Evidence.objects.select_related("file", "collected_by").prefetch_related("openers").get(pk=piece.pk)
    row.incident = locked
    return row


def _check(person: User, incident: Incident) -> None:
    if not person.is_active:
        raise ValidationError({"person": _("%(person)s no longer has an active account.") % {"person": person.name}})
    if not may_see(person, incident):
        raise ValidationError(
            {
                "person": _("%(person)s does not see this restricted incident. Let them in first.")
                % {"person": person.name}
            }
        )


def _let(piece: Evidence, person: User, *, by: User, at: datetime, reason: str) -> None:
    EvidenceOpener.objects.create(evidence=piece, person=person, reason=reason, named_by=by, named_at=at)


def _end(opener: EvidenceOpener, *, by: User, at: datetime) -> None:
    opener.ended_by, opener.ended_at = by, at
    opener.save()
