"""Calling further people while nobody leads an incident, and about internal updates that do not come.

Every attempt is a row that is there once, so that the sweep may run often, late, or twice at once.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.escalation_times import AHEAD, due_steps, goes_up_at, reminds_at
from incidents.models import Escalation, Incident, RoleAssignment, TimelineEntry
from incidents.policies.incidents import held, may_see
from incidents.services import timeline
from incidents.services.answering_for import people_for
from incidents.services.duties import duties_of
from incidents.services.telling import holders_in, owners_of, staff, tell_people
from incidents.services.times import times_of
from incidents.times import TimeKind
from registry.escalation import Channel, ladder
from registry.kernel.audit.context import acting
from registry.models import OrganisationRules, Role, User
from registry.organisation_rules import RulesKind
from registry.severities import Severity

log = structlog.get_logger(__name__)
Occasion = Escalation.Occasion
LEAD = RoleAssignment.Role.LEAD
NAMED = 4
"""People whose names stand in the timeline; of more, how many."""


def escalate(*, at: datetime) -> int:
    """Whatever is due now; how many people were called. One incident that cannot be dealt with holds up no other."""
    called = 0
    for pk in _waiting(at):
        try:
            called += _of_one(pk, at)
        except Exception:
            log.exception("not escalated", incident=pk)
    return called


def _waiting(at: datetime) -> list[int]:
    """Active incidents without a lead who accepted, and those whose update is due or soon will be."""
    active = Incident.objects.active().filter(category=Incident.Category.INCIDENT).exclude(severity="")
    led = RoleAssignment.objects.filter(role=LEAD, ended_at__isnull=True, accepted_at__isnull=False)
    without = active.exclude(pk__in=led.values("incident"))
    due = active.filter(next_update_due_at__lte=at + AHEAD)
    return list(without.union(due).order_by("id").values_list("pk", flat=True))


def _of_one(pk: int, at: datetime) -> int:
    with transaction.atomic(), acting(reason=_("Escalation")):
        incident = Incident.objects.select_for_update().get(pk=pk)
        if not incident.is_active:
            return 0
        return _nobody_leads(incident, at) + _no_update(incident, at)


def _nobody_leads(incident: Incident, at: datetime) -> int:
    since = led_by_nobody_since(incident)
    if since is None:
        return 0
    paths = OrganisationRules.objects.in_force(RulesKind.ESCALATION, at).definition
    called = 0
    for number, step in due_steps(ladder(paths, Severity(incident.severity)), since=since, now=at):
        known = {row.person_id for row in _made(incident, Occasion.NO_LEAD, since, number)}
        people = [person for person in people_for(step, incident) if person.pk not in known]
        called += call(
            incident, people, occasion=Occasion.NO_LEAD, since=since, number=number, channel=step.by, at=at,
            subject=_("Nobody leads %(severity)s %(title)s") % {"severity": incident.severity, "title": incident.title},
            body=_("Take the lead, or name somebody who does. The next people on the escalation path are called soon."),
        )  # fmt: skip
    return called


def _no_update(incident: Incident, at: datetime) -> int:
    due, duties = incident.next_update_due_at, duties_of(incident, at)
    if due is None or duties is None or at < reminds_at(due, duties.update_minutes):
        return 0
    about = {"title": incident.title, "severity": incident.severity}
    if at < due:
        lead = [row.person for row in held(incident) if row.role == LEAD] or holders_in(incident)
        return call(
            incident, not_yet(incident, Occasion.UPDATE_SOON, due, lead), occasion=Occasion.UPDATE_SOON,
            since=due, number=0, channel=Channel.MESSAGE, at=at,
            subject=_("An internal update is due soon: %(title)s") % about,
            body=_("Post it before it is asked for: what is so now, and when you will write again."),
        )  # fmt: skip
    called = call(
        incident, not_yet(incident, Occasion.UPDATE_DUE, due, holders_in(incident)), occasion=Occasion.UPDATE_DUE,
        since=due, number=0, channel=Channel.MESSAGE, at=at,
        subject=_("An internal update is due: %(title)s") % about,
        body=_("Two sentences are enough: what is so now, and when you will write again."),
    )  # fmt: skip
    if at < goes_up_at(due, duties.update_minutes):
        return called
    above = [*owners_of(incident), *staff(Role.RISK)]
    return called + call(
        incident, not_yet(incident, Occasion.UPDATE_LATE, due, above), occasion=Occasion.UPDATE_LATE,
        since=due, number=1, channel=Channel.MESSAGE, at=at,
        subject=_("No internal update of %(severity)s %(title)s") % about,
        body=_("Those who work on it have been reminded. Ask the lead, or post what you know."),
    )  # fmt: skip


def led_by_nobody_since(incident: Incident) -> datetime | None:
    """From when on nobody has led it who accepted; nothing while somebody does."""
    leads = list(RoleAssignment.objects.filter(incident=incident, role=LEAD).order_by("started_at", "pk"))
    if any(row.ended_at is None and row.accepted_at for row in leads):
        return None
    began = times_of(incident).get(TimeKind.DECLARED, incident.declared_at)
    ends = [row.ended_at for row in leads if row.ended_at and row.accepted_at]
    return max([began, *ends])


def not_yet(
    incident: Incident, occasion: str, since: datetime, people: Iterable[User | None], number: int | None = None
) -> list[User]:
    """Those of `people` who were not called about this before."""
    known = {row.person_id for row in _made(incident, occasion, since, number)}
    return [person for person in people if person is not None and person.pk not in known]


def _made(incident: Incident, occasion: str, since: datetime, number: int | None = None) -> Iterable[Escalation]:
    rows = Escalation.objects.filter(incident=incident, occasion=occasion, since=since)
    return rows if number is None else rows.filter(step=number)


def call(
    incident: Incident,
    people: Iterable[User],
    *,
    occasion: str,
    since: datetime,
    number: int,
    channel: Channel,
    at: datetime,
    subject: str,
    body: str,
) -> int:
    """Each of them once, recorded, with one line in the timeline. Who may not see the incident is not called."""
    called = [person for person in {each.pk: each for each in people}.values() if may_see(person, incident)]
    if not called:
        return 0
    for person in called:
        Escalation.objects.create(
            incident=incident, occasion=occasion, since=since, step=number, person=person, channel=channel, at=at
        )
    event = f"escalation-{occasion.lower()}-{since:%Y%m%d%H%M%S}-{number}"
    tell_people(incident, called, event=event, subject=subject, body=body, at=at)
    names = ", ".join(person.name for person in called[:NAMED])
    if (more := len(called) - NAMED) > 0:
        names += _(" and %(n)s more") % {"n": more}
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.ROLE,
        text=_("%(occasion)s. Called: %(names)s.") % {"occasion": Occasion(occasion).label, "names": names},
        by=None,
        at=at,
        data={"occasion": occasion, "step": number, "channel": channel},
    )
    return len(called)
