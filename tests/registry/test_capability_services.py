"""Required capabilities: what assessments ask for, what is said about it, and living without one for a time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.gaps import GapState, is_clear
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import AuditEntry, CapabilityRecord, GapAcceptance, TierAssessment, Workflow
from registry.models.capabilities import in_state
from registry.reports.gaps import needs_of
from registry.services import capabilities, gap_acceptances
from registry.services.capability_requirements import required_of, take_up
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db
KEY = "KILL_SWITCH"


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    return made


def today() -> date:
    return timezone.localdate()


def record_of(workflow: Workflow, key: str = KEY) -> CapabilityRecord:
    return CapabilityRecord.objects.get(workflow=workflow, capability=key)


def meet(workflow: Workflow, key: str = KEY, **given: Any) -> CapabilityRecord:
    facts = {"by": people.owner(), "at": timezone.now(), "evidence": "Seen in the drill.", **given}
    return capabilities.meet(workflow, key, **facts)


def state(workflow: Workflow, key: str = KEY, **given: Any) -> CapabilityRecord:
    facts = {"by": people.owner(), "at": timezone.now(), "reason": "Planned", "owner": people.owner(), **given}
    return capabilities.state(workflow, key, **{"due_date": today() + timedelta(days=5), **facts})


def ask(workflow: Workflow, key: str = KEY, at: datetime | None = None, **given: Any) -> GapAcceptance:
    at = at or timezone.now()
    until = timezone.localdate(at) + timedelta(days=30)
    facts = {"by": people.owner(), "reason": "Read by people meanwhile.", "until_date": until, **given}
    return gap_acceptances.ask(workflow, key, at=at, **facts)


def accept(acceptance: GapAcceptance, at: datetime | None = None, by: Any = None) -> GapAcceptance:
    by, at = by or people.executive(), at or timezone.now()
    return gap_acceptances.decide(acceptance, by=by, at=at, accept=True, reason="For a month")


def test_an_assessment_asks_for_the_capabilities_of_every_area_above_low(workflow: Workflow) -> None:
    keys = list(CapabilityRecord.objects.order_by("pk").values_list("capability", flat=True))
    assert keys == required_of(workflow)
    assert {"KILL_SWITCH", "ESCALATION_PATH"} <= set(keys)
    assert "TRACE_IDS" not in keys


def test_what_is_no_longer_asked_for_is_marked_and_comes_back_with_what_was_said(workflow: Workflow) -> None:
    meet(workflow)
    making.assessed(workflow, answers=making.answers(CUSTOMER_EXPOSURE="HIGH"))
    assert not record_of(workflow).is_required
    with pytest.raises(Conflict):
        state(workflow)
    making.assessed(workflow)
    again = record_of(workflow)
    assert (again.is_required, again.is_met, again.evidence) == (True, True, "Seen in the drill.")


def test_assessments_that_came_without_rows_are_taken_up_once(workflow: Workflow) -> None:
    CapabilityRecord.objects.all().delete()
    assert take_up(at=timezone.now()) == 1
    assert take_up(at=timezone.now()) == 0
    assert CapabilityRecord.objects.count() == len(required_of(workflow))


def test_something_can_be_said_before_the_rows_are_there(workflow: Workflow) -> None:
    CapabilityRecord.objects.all().delete()
    newest = TierAssessment.objects.get()
    need = needs_of(workflow, newest, today()).of(KEY)
    assert need is not None
    assert need.state is GapState.GAP
    assert meet(workflow, opened_version=need.record.version).is_met


def test_the_rule_and_the_database_say_the_same_of_every_state(workflow: Workflow) -> None:
    meet(workflow, "ESCALATION_PATH")
    state(workflow, "ROLLBACK", at=timezone.now() - timedelta(days=20), due_date=today() - timedelta(days=2))
    accept(ask(workflow, "TOOL_LOGGING"))
    for on in (today(), today() + timedelta(days=30), today() + timedelta(days=31)):
        by_state = {s: set(CapabilityRecord.objects.filter(in_state(s, on))) for s in GapState}
        for record in CapabilityRecord.objects.all():
            assert [s for s in GapState if record in by_state[s]] == [record.standing.state(on)]


def test_meeting_all_or_accepting_the_rest_makes_it_clear(workflow: Workflow) -> None:
    required = required_of(workflow)
    for key in required[1:]:
        meet(workflow, key)
    accept(ask(workflow, required[0]))
    said = [record.standing for record in CapabilityRecord.objects.all()]
    assert is_clear(required, said, today() + timedelta(days=30))
    assert not is_clear(required, said, today() + timedelta(days=31))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"evidence": " "}, "evidence"),
        ({"evidence": "", "evidence_url": "http://plain.test/"}, "evidence_url"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"evidence_url": f"https://long.test/{'x' * 500}"}, "evidence_url"),
    ],
)
def test_meeting_needs_evidence_that_can_be_read(workflow: Workflow, given: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        meet(workflow, **given)
    assert list(refused.value.error_dict) == [field]
    assert not record_of(workflow).is_met


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"owner": None}, "owner"),
        ({"due_date": date(2020, 1, 1)}, "due_date"),
        ({"due_date": date(9999, 12, 31)}, "due_date"),
    ],
)
def test_owner_and_date_that_cannot_be_are_refused(workflow: Workflow, given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        state(workflow, **given)
    assert list(refused.value.error_dict) == [field]


def test_whoever_is_not_owner_or_risk_says_nothing(workflow: Workflow) -> None:
    for person in (people.member(), people.owner("Olga Other"), people.executive(), people.auditor()):
        with pytest.raises(Refused):
            meet(workflow, by=person)
        with pytest.raises(Refused):
            state(workflow, by=person)
        with pytest.raises(Refused):
            ask(workflow, by=person)
    assert meet(workflow, by=people.risk()).met_by == people.risk()


def test_two_people_at_once_do_not_overwrite_each_other(workflow: Workflow) -> None:
    opened = record_of(workflow).version
    state(workflow, opened_version=opened)
    with pytest.raises(Stale):
        state(workflow, owner=people.risk(), opened_version=opened)
    assert state(workflow, opened_version=opened).version == opened + 1  # the same again is no conflict


def test_what_does_not_hold_any_more_is_a_gap_again_with_a_reason(workflow: Workflow) -> None:
    meet(workflow)
    with pytest.raises(ValidationError):
        capabilities.unmeet(workflow, KEY, by=people.owner(), at=timezone.now(), reason=" ")
    gone = capabilities.unmeet(workflow, KEY, by=people.owner(), at=timezone.now(), reason="Flag was removed")
    assert (gone.is_met, gone.evidence, gone.met_by) == (False, "", None)
    assert AuditEntry.objects.filter(object_type="registry.capabilityrecord", reason="Flag was removed").exists()
    with pytest.raises(Conflict):
        capabilities.unmeet(workflow, KEY, by=people.owner(), at=timezone.now(), reason="Again")


def test_nobody_decides_on_what_they_asked_for_themselves(workflow: Workflow) -> None:
    acceptance = ask(workflow, by=people.risk())
    for person in (people.risk(), people.owner(), people.auditor(), people.administrator()):
        with pytest.raises(Refused):
            accept(acceptance, by=person)
    assert accept(acceptance, by=people.risk("Second Risk")).status == "ACCEPTED"
    assert record_of(workflow).accepted_until_date == acceptance.until_date


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_an_acceptance_ends_in_the_future_and_within_a_year(workflow: Workflow, days: int) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(workflow, until_date=today() + timedelta(days=days))
    assert list(refused.value.error_dict) == ["until_date"]


def test_only_one_acceptance_is_about_at_a_time(workflow: Workflow) -> None:
    first = ask(workflow)
    with pytest.raises(Conflict):
        ask(workflow)
    accept(first)
    gap_acceptances.withdraw(first, by=people.executive(), at=timezone.now(), reason="Harm was seen")
    assert record_of(workflow).accepted_until_date is None
    assert ask(workflow).pk != first.pk


def test_after_it_lapsed_another_can_be_asked_for(workflow: Workflow) -> None:
    then = timezone.now() - timedelta(days=60)
    first = accept(ask(workflow, at=then), at=then)
    assert record_of(workflow).standing.state(today()) is GapState.GAP
    second = accept(ask(workflow))
    first.refresh_from_db()
    assert first.lapsed_at is not None
    assert record_of(workflow).accepted_until_date == second.until_date


def test_a_refused_or_withdrawn_request_changes_nothing_about_the_gap(workflow: Workflow) -> None:
    refused = gap_acceptances.decide(
        ask(workflow), by=people.risk(), at=timezone.now(), accept=False, reason="Too long"
    )
    with pytest.raises(Conflict):
        accept(refused)
    asked = ask(workflow)
    gap_acceptances.withdraw(asked, by=people.owner(), at=timezone.now(), reason="Will be met")
    with pytest.raises(Conflict):
        gap_acceptances.withdraw(asked, by=people.owner(), at=timezone.now(), reason="Again")
    assert record_of(workflow).standing.state(today()) is GapState.GAP


@pytest.mark.parametrize(
    "broken",
    [
        {"is_met": True},
        {"is_met": True, "evidence": "", "met_at": timezone.now(), "met_by": "owner"},
        {"evidence_url": "http://plain.test/"},
        {"due_date": date(2027, 1, 1)},
    ],
)
def test_the_database_refuses_what_must_never_be_of_a_capability(workflow: Workflow, broken: dict[str, Any]) -> None:
    given = {name: people.owner() if value == "owner" else value for name, value in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        CapabilityRecord.objects.filter(pk=record_of(workflow).pk).update(**given)


def test_the_database_refuses_a_decision_by_whoever_asked(workflow: Workflow) -> None:
    acceptance = ask(workflow)
    for broken in (
        {"status": "ACCEPTED", "decided_by": people.owner(), "decided_at": timezone.now(), "decision_reason": "Mine"},
        {"status": "ACCEPTED"},
        {"status": "WITHDRAWN"},
        {"lapsed_at": timezone.now()},
        {"reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            GapAcceptance.objects.filter(pk=acceptance.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        GapAcceptance.objects.create(
            workflow=workflow, capability=KEY, reason="Twice", until_date=today(), asked_by=people.risk(),
            asked_at=timezone.now(),
        )  # fmt: skip


def test_the_same_evidence_on_a_later_day_says_that_it_still_holds(workflow: Workflow) -> None:
    first = meet(workflow, at=timezone.now() - timedelta(days=400))
    assert meet(workflow, at=timezone.now() - timedelta(days=400)).version == first.version
    again = meet(workflow, by=people.risk())
    assert (again.met_by, again.version) == (people.risk(), first.version + 1)
    assert again.met_at is not None
    assert again.met_at > timezone.now() - timedelta(days=1)


def test_an_acceptance_in_force_is_renewed_without_a_day_in_between_and_both_stay(workflow: Workflow) -> None:
    first = accept(ask(workflow))
    with pytest.raises(ValidationError, match="Choose a later day"):
        ask(workflow)
    later = today() + timedelta(days=60)
    second = ask(workflow, until_date=later)
    assert second.follows == first
    need = needs_of(workflow, workflow.tier_assessments.latest("pk"), today()).of(KEY)
    assert need is not None
    assert (need.state, need.acceptance, need.renewal) == (GapState.ACCEPTED, first, second)
    with pytest.raises(Refused):
        accept(second, by=people.owner())
    with pytest.raises(Conflict, match="asked for already"):
        ask(workflow, until_date=later + timedelta(days=1))
    accept(second)
    first.refresh_from_db()
    assert (first.status, second.status) == ("RENEWED", "ASKED")
    assert record_of(workflow).accepted_until_date == later
    assert record_of(workflow).history.filter(accepted_until_date__isnull=True).latest("pk").version == 1
    assert not record_of(workflow).history.filter(version__gt=2, accepted_until_date__isnull=True).exists()


def test_a_refused_renewal_leaves_what_is_in_force(workflow: Workflow) -> None:
    first = accept(ask(workflow))
    second = ask(workflow, until_date=today() + timedelta(days=60))
    gap_acceptances.decide(second, by=people.executive(), at=timezone.now(), accept=False, reason="No longer")
    first.refresh_from_db()
    assert first.is_in_force(today())
    assert record_of(workflow).accepted_until_date == first.until_date


def test_a_renewal_decided_after_the_end_takes_over_from_then(workflow: Workflow) -> None:
    first = accept(ask(workflow))
    second = ask(workflow, until_date=today() + timedelta(days=60))
    accept(second, at=timezone.now() + timedelta(days=35))
    first.refresh_from_db()
    assert (first.status, first.lapsed_at is not None) == ("ACCEPTED", True)
