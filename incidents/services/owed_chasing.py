"""Reminding of messages that are owed outside or to be decided: with half of the time gone, when due, and when late.

Every attempt is a row that is there once (`Escalation`), so that the sweep may run often, late, or twice at once.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import structlog
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from incidents.escalation_times import goes_up_at, half_time
from incidents.lifecycle import State
from incidents.models import Escalation, Incident
from incidents.models.incidents import ACTIVE
from incidents.owed_messages import Duty, Line
from incidents.policies.answering import answering
from incidents.services.escalating import call, not_yet
from incidents.services.owed_messages import figures, owed_of
from incidents.services.telling import staff
from registry.communicating import Audience
from registry.escalation import Channel
from registry.kernel.audit.context import acting
from registry.models import Role, User
from registry.responsible import Responsible

log = structlog.get_logger(__name__)
Occasion = Escalation.Occasion
OCCASIONS = (Occasion.SAY_SOON, Occasion.SAY_DUE, Occasion.SAY_LATE)
AT_ONCE = 200
"""Incidents read together."""


def chase(*, at: datetime) -> int:
    """Whatever is due now; how many people were told. One incident that cannot be dealt with holds up no other."""
    told = 0
    rows = _running().annotate(**figures(at), say_told=_told())
    for incident in rows.iterator(chunk_size=AT_ONCE):
        if not any(_is_new(incident, line, occasion) for line, occasion in _due(incident, at)):
            continue
        try:
            told += _of_one(incident.pk, at)
        except Exception:
            log.exception("not reminded", incident=incident.pk)
    return told


def _running() -> QuerySet[Incident]:
    """Until it is closed. Without a severity nothing is owed."""
    rows = Incident.objects.filter(state__in=[*ACTIVE, State.RESOLVED], category=Incident.Category.INCIDENT)
    return rows.exclude(severity="").order_by("pk")


def _of_one(pk: int, at: datetime) -> int:
    with transaction.atomic(), acting(reason=_("Reminder")):
        incident = _running().select_for_update().filter(pk=pk).first()
        if incident is None:
            return 0
        return sum(_remind(incident, line, occasion, at) for line, occasion in _due(incident, at))


def _due(incident: Incident, at: datetime) -> list[tuple[Line, str]]:
    return [(line, occasion) for line in owed_of(incident, at) for occasion in _occasions(line, at)]


def _told() -> ArraySubquery:
    """What people were told of before, so that an incident about which nothing is new is not locked for it."""
    rows = Escalation.objects.filter(incident=OuterRef("pk"), occasion__in=OCCASIONS).order_by("pk")
    return ArraySubquery(rows.values(row=JSONObject(occasion="occasion", since="since", step="step")))


def _is_new(incident: Any, line: Line, occasion: str) -> bool:
    known = {(row["occasion"], datetime.fromisoformat(row["since"]), row["step"]) for row in incident.say_told}
    return (occasion, line.due_at, number_of(line)) not in known


def number_of(line: Line) -> int:
    """The audience, as the step of an escalation: two may be due at one moment."""
    return list(Audience).index(line.audience)


def _occasions(line: Line, at: datetime) -> Iterator[str]:
    """Whose time has come. Once it is due, it is too late to say that it soon will be."""
    if line.arose_at is None or line.due_at is None or line.rule is None or line.is_settled:
        return
    if at < line.due_at:
        if at >= half_time(line.arose_at, line.due_at):
            yield Occasion.SAY_SOON
        return
    yield Occasion.SAY_DUE
    if at >= goes_up_at(line.due_at, line.rule.within_minutes):
        yield Occasion.SAY_LATE


def _remind(incident: Incident, line: Line, occasion: str, at: datetime) -> int:
    due, number = cast(datetime, line.due_at), number_of(line)
    people = not_yet(incident, occasion, due, _people(incident, occasion), number)
    return call(
        incident, people, occasion=occasion, since=due, number=number, channel=Channel.MESSAGE, at=at,
        subject=_subject(line, occasion) % {"audience": line.audience.label, "title": incident.title},
        body=_body(line),
    )  # fmt: skip


def _people(incident: Incident, occasion: str) -> list[User]:
    """Communications first, or the lead; once it is due both; once it is late risk staff. Where nobody has the role,
    those who come next.
    """
    speaker = answering(Responsible.COMMUNICATIONS, incident)
    lead = answering(Responsible.LEAD, incident)
    risk = staff(Role.RISK)
    if occasion == Occasion.SAY_LATE:
        return risk
    if occasion == Occasion.SAY_DUE:
        return [*speaker, *lead] or risk
    return speaker or lead or risk


def _subject(line: Line, occasion: str) -> str:
    if line.duty is Duty.DECIDE:
        return {
            Occasion.SAY_SOON: _("Decide soon whether to tell %(audience)s: %(title)s"),
            Occasion.SAY_DUE: _("Decide now whether to tell %(audience)s: %(title)s"),
        }.get(Occasion(occasion), _("Not decided in time whether to tell %(audience)s: %(title)s"))
    return {
        Occasion.SAY_SOON: _("Half of the time to tell %(audience)s is gone: %(title)s"),
        Occasion.SAY_DUE: _("The message to %(audience)s is due: %(title)s"),
    }.get(Occasion(occasion), _("The message to %(audience)s is late: %(title)s"))


def _body(line: Line) -> str:
    told = _("How far it is: %(standing)s.") % {"standing": line.standing.label}
    if line.waits_for:
        told += " " + _("Still to approve: %(who)s.") % {"who": ", ".join(role.label for role in line.waits_for)}
    return told
