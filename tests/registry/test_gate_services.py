"""Going live and earning more autonomy: asked, decided by others, used once, and refused everywhere without it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from registry.kernel.access.verdict import Refused
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.errors import Conflict
from registry.models import AuditEntry, GateRequest, GateStep, Stage, Workflow
from registry.reports.gate_blockers import standing
from registry.services import capabilities, gap_acceptances, gate_guard, gates, gates_deciding, holdings, workflows
from tests import people
from tests.registry import making
from tests.registry.gating import asked, critical, decided, granted, now, pilot, today

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def go_live(workflow: Workflow, **given: Any) -> Workflow:
    facts: Any = {"by": people.owner(), "at": now(), "reason": "Live", "opened_version": None, "stage": "PRODUCTION"}
    return workflows.edit(workflow, **{**facts, **given})


def refusal(field: str, change: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        change()
    return str(refused.value.message_dict[field][0])


def test_a_pilot_goes_live_once_another_person_has_agreed() -> None:
    workflow = pilot()
    request = asked(workflow)
    assert (request.tier, [step.roles for step in request.steps.all()]) == ("T3", [["RISK"]])
    request = decided(request)
    assert (request.status, request.valid_until_date) == ("GRANTED", today() + 90 * DAY)
    live = go_live(workflow)
    request.refresh_from_db()
    assert (live.stage, live.production_basis) == ("PRODUCTION", "GATE")
    assert (request.status, request.used_by) == ("USED", people.owner())
    assert AuditEntry.objects.filter(object_type="registry.gaterequest").count() == 3


def test_what_was_known_when_it_was_asked_is_frozen_with_its_hash() -> None:
    request = asked(pilot())
    facts = request.facts
    assert digest(canonical(facts)) == request.sha256
    assert (facts["workflow"]["stage"], facts["stage_judged"]) == ("PILOT", "Production")
    assert {row["name"]: row["is_met"] for row in facts["capabilities"]}["Severity model"]
    assert all(check["passes"] or check["key"] == "GATED" for p in facts["readiness"]["parts"] for check in p["checks"])
    capabilities.unmeet(request.workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Gone")
    assert GateRequest.objects.get(pk=request.pk).facts == facts


def test_nobody_decides_what_they_asked_for_nor_two_steps() -> None:
    risk, second = people.risk(), people.risk("Second Risk")
    request = asked(pilot(), by=risk)
    with pytest.raises(Refused, match="You asked for this yourself"):
        decided(request, by=risk)
    with pytest.raises(Refused, match="Step 1 is decided by"):
        decided(request, by=people.executive())
    request.tier = "T2"
    GateStep.objects.create(request=request, number=2, roles=["RISK", "EXECUTIVE"], asked_by=risk)
    request.save()
    assert decided(request, by=second).is_waiting
    with pytest.raises(Refused, match="You decided another step already"):
        decided(request, by=second)
    assert decided(request, by=people.executive()).is_granted


def test_whoever_answers_for_the_workflow_does_not_decide_either() -> None:
    risk = people.risk()
    workflow = pilot()
    request = asked(workflow)
    workflow.deputy = risk
    workflow.save()
    with pytest.raises(Refused, match="You answer for this workflow yourself"):
        decided(request, by=risk)
    assert not GateRequest.objects.waiting_for(risk).exists()
    assert decided(request, by=people.risk("Second Risk")).is_granted


def test_going_back_to_development_is_no_way_to_more_autonomy() -> None:
    fresh = making.workflow(name="Fresh", stage="DEVELOPMENT", autonomy="RECOMMENDS")
    assert go_live(fresh, stage="DEVELOPMENT", autonomy="ACTS_ALONE").autonomy == "ACTS_ALONE"
    workflow = pilot()
    go_live(workflow, stage="DEVELOPMENT")
    raised = refusal("autonomy", lambda: go_live(workflow, stage="DEVELOPMENT", autonomy="ACTS_ALONE"))
    assert "needs an approval" in raised


def test_a_condition_is_among_what_somebody_who_leaves_answers_for() -> None:
    anna = people.owner("Anna")
    granted(pilot(), conditions=[{"text": "Second monitor", "due_date": today() + 9 * DAY, "owner": anna}])
    [held] = holdings.held_by(anna, seen_by=people.risk())
    assert held.kind.key == "gate-condition"
    assert str(held.kind.title(held.record)).endswith("Letter sorting: Second monitor")


def test_the_database_refuses_what_slips_through() -> None:
    request = asked(pilot(), by=people.owner())
    step = request.steps.get()
    step.verdict, step.decided_at, step.reason = "APPROVED", now(), "Me"
    step.decided_by = people.owner()
    with pytest.raises(IntegrityError, match="gate_step_by_another"), transaction.atomic():
        step.save()
    step.decided_by = people.risk()
    step.save()
    twice = {"number": 2, "roles": ["RISK"], "asked_by": people.owner(), "verdict": "APPROVED", "reason": "Again"}
    with pytest.raises(IntegrityError, match="gate_step_one_each"), transaction.atomic():
        GateStep.objects.create(request=request, decided_by=people.risk(), decided_at=now(), **twice)
    workflow = Workflow.objects.get(pk=request.workflow_id)
    workflow.stage = Stage.PRODUCTION
    with pytest.raises(IntegrityError, match="workflow_in_production_by_right"), transaction.atomic():
        workflow.save()


def test_what_is_critical_passes_risk_and_then_an_executive(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = critical(pilot())
    with pytest.raises(Conflict, match="Something is missing first"):
        asked(workflow)
    clear = replace(standing(workflow, "GO_LIVE", now()), blockers=())
    for module in (gates, gates_deciding):
        monkeypatch.setattr(module, "standing", lambda *_args: clear)
    people.risk(), people.executive()
    request = asked(workflow)
    assert [step.roles for step in request.steps.all()] == [["RISK"], ["EXECUTIVE"]]
    assert decided(request, by=people.risk()).is_waiting
    request = decided(request, by=people.executive())
    assert (request.status, request.valid_until_date) == ("GRANTED", today() + 30 * DAY)


def test_a_tier_that_needs_other_people_outgrows_the_request() -> None:
    workflow = pilot()
    request = asked(workflow)
    critical(workflow)
    with pytest.raises(Conflict, match="the tier became T1 Critical"):
        decided(request)
    Workflow.objects.update(tier="T3")
    decided(request)
    critical(Workflow.objects.get(pk=workflow.pk))
    assert "the tier has changed" in refusal("stage", lambda: go_live(workflow))


def test_it_is_blocked_while_a_required_capability_is_missing_unless_that_is_accepted() -> None:
    workflow = pilot()
    capabilities.unmeet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Not agreed")
    with pytest.raises(Conflict, match="Severity model") as blocked:
        asked(workflow)
    assert blocked.value.code == "gate-not-met"
    lived = gap_acceptances.ask(
        workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Soon", until_date=today() + 9 * DAY
    )
    gap_acceptances.decide(lived, by=people.executive(), at=now(), accept=True, reason="Bearable")
    request = asked(workflow)
    row = next(row for row in request.facts["capabilities"] if row["name"] == "Severity model")
    assert (row["state"], row["accepted_by"]) == ("Accepted", "Eve Executive")
    with pytest.raises(Conflict, match="Severity model"):
        decided(request, at=now() + 10 * DAY)


def test_it_is_blocked_while_a_check_fails_that_the_tier_demands_in_production() -> None:
    workflow = pilot(next_review_date=None)
    with pytest.raises(Conflict, match="A day for the next look"):
        asked(workflow)


def test_without_an_approval_the_change_is_refused_and_says_where_to_ask() -> None:
    workflow = pilot()
    address = f"/workflows/{workflow.pk}/gates/"
    assert address in refusal("stage", lambda: go_live(workflow, by=people.risk()))
    request = asked(workflow)
    assert "not decided yet" in refusal("stage", lambda: go_live(workflow))
    decided(request)
    later = now() + 91 * DAY
    assert "has lapsed" in refusal("stage", lambda: go_live(workflow, at=later))
    capabilities.unmeet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Gone")
    assert "Severity model" in refusal("stage", lambda: go_live(workflow))
    assert Workflow.objects.get(pk=workflow.pk).stage == "PILOT"


def test_an_approval_serves_once_and_coming_back_needs_another() -> None:
    workflow = pilot()
    granted(workflow)
    go_live(workflow)
    back = workflows.edit(workflow, by=people.owner(), at=now(), reason="Back", opened_version=None, stage=Stage.PILOT)
    assert back.production_basis == ""
    assert "approval that is not there" in refusal("stage", lambda: go_live(workflow))


def test_only_risk_staff_enter_what_runs_already_and_nobody_s_approval_is_made_up() -> None:
    entered = making.workflow()
    assert entered.production_basis == "ON_ENTRY"
    sentence = refusal("stage", lambda: making.workflow(by=people.owner(), name="Mine"))
    assert "Register it as a pilot" in sentence
    with pytest.raises(Conflict, match="Only a pilot"):
        asked(making.workflow(name="Idea", stage="PROPOSED"))


def test_what_is_in_production_without_a_gate_can_be_approved_afterwards() -> None:
    workflow = pilot(stage="PRODUCTION")
    request = gates.use(granted(workflow), by=people.owner(), at=now())
    stored = Workflow.objects.get(pk=workflow.pk)
    assert (request.status, stored.production_basis, stored.stage) == ("USED", "GATE", "PRODUCTION")
    with pytest.raises(Conflict, match="approved to go live already"):
        asked(workflow)


def test_more_autonomy_needs_a_gate_for_just_that_level_and_less_needs_nobody() -> None:
    workflow = pilot()

    def set_to(level: str) -> Any:
        facts: Any = {"by": people.owner(), "at": now(), "reason": "Level", "opened_version": None}
        return workflows.edit(workflow, **facts, autonomy=level)

    assert "Ask for it" in refusal("autonomy", lambda: set_to("ACTS_AFTER_APPROVAL"))
    assert "is known" in refusal("autonomy", lambda: set_to(""))
    decided(asked(workflow, kind="MORE_AUTONOMY", to_autonomy="ACTS_AFTER_APPROVAL"))
    assert "Ask for it" in refusal("autonomy", lambda: set_to("ACTS_ALONE"))
    assert set_to("ACTS_AFTER_APPROVAL").autonomy == "ACTS_AFTER_APPROVAL"
    assert set_to("RECOMMENDS").autonomy == "RECOMMENDS"
    assert "Ask for it" in refusal("autonomy", lambda: set_to("ACTS_AFTER_APPROVAL"))
    assert "may do that already" in refusal(
        "to_autonomy", lambda: asked(workflow, kind="MORE_AUTONOMY", to_autonomy="RECOMMENDS")
    )


def test_what_was_never_stated_is_stated_as_it_is() -> None:
    workflow = pilot(autonomy="")
    facts: Any = {"by": people.owner(), "at": now(), "reason": "As found", "opened_version": None}
    assert workflows.edit(workflow, **facts, autonomy="ACTS_ALONE").autonomy == "ACTS_ALONE"


def test_conditions_are_owed_by_their_day_and_let_the_approval_lapse() -> None:
    workflow = pilot()
    condition = {"text": "Second monitor", "due_date": today() + 5 * DAY, "owner": people.owner()}
    assert "in the future" in refusal(
        "conditions", lambda: decided(asked(workflow), conditions=[{**condition, "due_date": today()}])
    )
    request = decided(GateRequest.objects.get(), conditions=[condition])
    late = now() + 6 * DAY
    assert "has lapsed" in refusal("stage", lambda: go_live(workflow, at=late))
    met = gates.meet_condition(request.conditions.get(), by=people.owner(), at=now(), evidence="In use since Monday")
    assert met.met_by == people.owner()
    assert go_live(workflow, at=late).production_basis == "GATE"


def test_a_refusal_ends_it_and_an_unused_approval_can_be_taken_back() -> None:
    workflow = pilot()
    refused = decided(asked(workflow), approve=False, reason="Not yet")
    assert (refused.status, refused.granted_at) == ("REFUSED", None)
    request = granted(workflow)
    with pytest.raises(Conflict, match="waiting or granted already"):
        asked(workflow)
    assert gates.withdraw(request, by=people.executive(), at=now(), reason="News").status == "WITHDRAWN"
    assert "approval that is not there" in refusal("stage", lambda: go_live(workflow))
    with pytest.raises(Refused, match="nothing to take back"):
        gates.withdraw(request, by=people.executive(), at=now(), reason="Again")


def test_others_neither_ask_nor_decide_nor_use() -> None:
    workflow, stranger = pilot(), people.owner("Olga Other")
    for person in (stranger, people.member(), people.executive(), people.auditor()):
        with pytest.raises(Refused):
            asked(workflow, by=person)
    request = granted(workflow)
    with pytest.raises(Refused):
        gates.use(request, by=stranger, at=now())


def test_a_chain_that_nobody_could_walk_is_not_begun() -> None:
    workflow = pilot()
    for person in (people.risk(), people.risk("Second Risk")):
        person.is_active = False
        person.save()
    with pytest.raises(Conflict, match="Beside you and the owners there is nobody who could decide step 1"):
        asked(workflow)


def test_many_go_live_in_as_many_queries_as_one_and_each_uses_up_its_own_approval() -> None:
    """Planned and put into effect, as a bulk edit does it."""
    ready = [pilot(name=f"Letters {number}") for number in range(4)]
    requests = [granted(workflow) for workflow in ready]
    blocked = pilot(name="Blocked")

    def queries(entering: list[Workflow]) -> int:
        for workflow in entering:
            workflow.stage = Stage.PRODUCTION
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            assert gate_guard.refusals(entering, at=now()) == {}
            gate_guard.enter_many(entering, by=people.risk(), at=now())
        return len(captured)

    one, three = queries(ready[:1]), queries(ready[1:])
    assert one == three
    for request, workflow in zip(requests, ready, strict=True):
        request.refresh_from_db()
        assert (request.status, workflow.production_basis) == ("USED", "GATE")
        assert request.history.filter(status="USED", history_user_id=people.risk().pk).count() == 1
    blocked.stage = Stage.PRODUCTION
    assert "Ask for it" in gate_guard.refusals([blocked, *ready[:1]], at=now())[blocked.pk]
    with pytest.raises(ValidationError):
        gate_guard.enter_many([blocked], by=people.risk(), at=now())
