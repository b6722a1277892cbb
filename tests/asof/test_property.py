"""Whatever is changed, and whenever: read as known at a moment, the record says what it said at that moment."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from incidents.api.serializers.incidents import IncidentDetail
from incidents.models import (
    Communication,
    Evidence,
    Incident,
    IncidentWorkflow,
    Moment,
    Obligation,
    Passage,
    PhaseTrack,
    RoleAssignment,
    SeverityAssessment,
    TimelineEntry,
)
from incidents.services import (
    communications,
    concerning,
    evidence,
    facts,
    moving,
    obligations,
    severity,
    timeline,
    times,
)
from incidents.services import (
    people as roles,
)
from registry.kernel.access.verdict import Refused
from registry.kernel.audit.asof import known
from registry.kernel.http.errors import Conflict
from registry.models import DownstreamAction, Signal, Surface, SurfaceVersion, User, Workflow
from registry.reports.past import reading
from registry.services import downstream, signals
from reviews.reports.incident_report import incident_report
from tests import people
from tests.asof.conftest import START, Clock
from tests.incidents import making
from tests.registry import making as registry_making

pytestmark = pytest.mark.django_db

KINDS: tuple[type[Any], ...] = (
    Incident,
    IncidentWorkflow,
    RoleAssignment,
    Passage,
    Moment,
    PhaseTrack,
    SeverityAssessment,
    TimelineEntry,
    Evidence,
    Communication,
    Obligation,
    Workflow,
    Surface,
    SurfaceVersion,
    Signal,
    DownstreamAction,
)


REFUSALS = (ValidationError, Conflict, Refused)


def columns(record: Any) -> tuple[Any, ...]:
    """Without what has no history, and the counter of versions, whose history row the guard completes at the end."""
    names = [field.attname for field in type(record).history.model.tracked_fields if field.name != "version"]
    return tuple(getattr(record, name) for name in names)


def snapshot() -> dict[str, set[Any]]:
    return {kind.__name__: {repr(columns(row)) for row in kind.objects.all()} for kind in KINDS}


def as_known(at: datetime) -> dict[str, set[Any]]:
    return {kind.__name__: {repr(columns(row)) for row in known(kind, at)} for kind in KINDS}


class Handling:
    """Random work on one incident and its workflow; what is refused changes nothing and is no matter."""

    def __init__(self, chance: random.Random, clock: Clock) -> None:
        self.chance, self.clock = chance, clock
        self.incident = making.declared(at=clock(0))
        self.workflow = self.incident.workflows.get()
        self.lead: User = self.incident.declared_by
        self.steps: list[Callable[[datetime], Any]] = [
            lambda at: timeline.post(self.incident, by=self.lead, at=at, text=f"At {at}", kind="UPDATE"),
            lambda at: evidence.add_note(
                self.incident, by=self.lead, **making.about(at=at, collected_at=at, note=str(at))
            ),
            lambda at: severity.assess(
                self.incident,
                by=self.lead,
                at=at,
                inputs=making.CONFIRMED,
                confirmed=chance.choice(["SEV-1", "SEV-2"]),
                reason="As it looks",
            ),
            lambda at: facts.confirm_facts(
                making.again(self.incident),
                by=self.lead,
                at=at,
                facts={"Cause": str(at)},
                opened_version=making.again(self.incident).version,
            ),
            lambda at: obligations.add(
                self.incident,
                by=self.lead,
                at=at,
                name=f"Notice {at}",
                authority="",
                starts_at=at,
                due_at=START + timedelta(days=300),
                owner=None,
            ),
            lambda at: communications.draft(
                self.incident, by=self.lead, at=at, audience="CUSTOMERS", subject="Sorry", text=str(at)
            ),
            lambda at: times.set_time(
                self.incident,
                kind="DETECTED",
                value=at,
                by=self.lead,
                at=at,
                source="Log",
                precision="MINUTE",
                confidence="LIKELY",
            ),
            lambda at: concerning.add_workflow(
                self.incident,
                making.workflow(f"Other {at}", slug=f"w{at.timestamp():.0f}"),
                by=self.lead,
                at=at,
                reason="Too",
            ),
            lambda at: roles.assign(
                self.incident,
                role="SCRIBE",
                person=chance.choice([people.member(), people.risk()]),
                by=self.lead,
                at=at,
                reason="x",
                instead_of=self.incident.assignments.filter(role="SCRIBE", ended_at=None).first(),
            ),
            lambda at: moving.move(
                making.again(self.incident), chance.choice(["contain", "accept"]), by=self.lead, at=at
            ),
            lambda at: self.rename(),
            lambda at: self.surface(),
            self.signal,
            self.set_off,
        ]

    def rename(self) -> None:
        self.workflow.name = f"Name {self.chance.random()}"
        self.workflow.save()

    def surface(self) -> None:
        found = self.workflow.surfaces.first()
        if found is None:
            Surface.objects.create(workflow=self.workflow, kind="MODEL", name=f"Model {self.chance.random()}")
        elif self.chance.random() < 0.5:
            found.name = f"Model {self.chance.random()}"
            found.save()
        else:
            found.delete()

    def signal(self, at: datetime) -> None:
        found = self.workflow.signals.filter(is_active=True).first()
        if found is None:
            registry_making.signal(self.workflow, name=f"Signal {at}")
        elif self.chance.random() < 0.5:
            signals.seen(found, at=at)
        else:
            signals.retire(found, by=people.risk(), at=at, reason=str(at))

    def set_off(self, at: datetime) -> None:
        found = self.workflow.downstream_actions.filter(is_active=True).first()
        if found is None:
            registry_making.action(self.workflow, name=f"Action {at}")
        else:
            downstream.retire(found, by=people.risk(), at=at, reason=str(at))


@pytest.mark.parametrize("seed", range(4))
def test_as_known_is_what_was_on_record(clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    work = Handling(chance, clock)
    seen: list[tuple[datetime, dict[str, set[Any]]]] = []
    hours = 1.0
    done = 0
    for _round in range(40):
        hours += chance.choice([0.001, 0.5, 7])
        at = clock(hours)
        try:
            chance.choice(work.steps)(at)
            done += 1
        except REFUSALS:
            pass
        hours = max(hours, (timezone.now() - clock(0)).total_seconds() / 3600)
        seen.append((clock(hours), snapshot()))
    assert done > 20
    clock(9000)
    for at, then in seen:
        assert as_known(at) == then


def test_reports_and_answers_of_then_are_word_for_word_the_same(clock: Clock) -> None:
    work = Handling(random.Random(9), clock)
    by, said = people.auditor(), []
    for number, step in enumerate(work.steps):
        at = clock(1 + number)
        with suppress(*REFUSALS):
            step(at)
        said.append((at, telling(work.incident, by, at), answer(work.incident)))
    now = clock(5000)
    for at, report, body in said:
        assert telling(work.incident, by, now, known_at=at) == report
        with reading(at, by):
            assert answer(work.incident) == body


def telling(incident: Incident, by: User, at: datetime, known_at: datetime | None = None) -> dict[str, Any]:
    record = incident_report(making.again(incident), number="IR-1", version=1, by=by, at=at, known_at=known_at)
    return {key: part for key, part in record.items() if key != "document"}


def answer(incident: Incident) -> Any:
    return {name: value for name, value in IncidentDetail(making.again(incident)).data.items() if name != "version"}


def test_a_page_of_the_past_reads_like_the_page_read_then(clock: Clock, as_user: Callable[[User], Client]) -> None:
    work = Handling(random.Random(3), clock)
    at = clock(3)
    timeline.post(work.incident, by=work.lead, at=at, text="First words", kind="UPDATE")
    client = as_user(people.auditor())
    lines = client.get(work.incident.get_absolute_url()).content.decode().count('<li id="entry-')
    for step in work.steps[:6]:
        step(clock(6))
    clock(9)
    page = client.get(work.incident.get_absolute_url(), {"at": "2026-03-02T12:00Z"}).content.decode()
    assert page.count('<li id="entry-') == lines
