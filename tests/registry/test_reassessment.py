"""Material change since the newest assessment asks for another; it is derived, never stored."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.services import concerning, declaring, severity
from registry.kernel.http.moments import written
from registry.models import ReassessmentCall, User, Workflow
from registry.services import assessments, saved_views, surfaces, workflows
from registry.services.reassessment import call_again, reasons_for
from tests import people
from tests.registry import making
from tests.registry.assessing import ACT_NONE
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def kinds(workflow: Workflow, reader: User | None = None) -> list[str]:
    workflow.refresh_from_db()
    newest = assessments.newest_assessment(workflow)
    return [reason.kind for reason in reasons_for(workflow, newest, reader=reader or people.risk())]


def change(workflow: Workflow, **fields: Any) -> None:
    workflow.refresh_from_db()
    workflows.edit(
        workflow, by=people.risk(), at=timezone.now(), reason="Changed", opened_version=workflow.version, **fields
    )


def test_nothing_asks_where_nothing_changed_or_nothing_was_assessed() -> None:
    workflow = making.workflow()
    assert kinds(workflow) == []
    making.surface(workflow)
    making.assessed(workflow)
    assert kinds(workflow) == []


def test_a_surface_of_a_new_kind_asks_and_another_of_a_known_kind_does_not() -> None:
    workflow = making.workflow()
    making.surface(workflow)
    making.assessed(workflow)
    making.surface(workflow, name="Second model")
    assert kinds(workflow) == []
    making.surface(workflow, name="Payments", kind="TOOL")
    assert kinds(workflow) == ["SURFACE"]


def test_another_owner_and_the_step_to_production_ask() -> None:
    workflow = making.workflow(stage="PILOT")
    making.assessed(workflow)
    change(workflow, business_owner=people.owner("Olga Other"))
    workflow.refresh_from_db()
    workflow.stage, workflow.production_basis = "PRODUCTION", "GATE"
    workflow.save()
    assert kinds(workflow) == ["OWNER", "STAGE"]
    change(workflow, business_owner=people.owner(), stage="PILOT")
    assert kinds(workflow) == []


def test_the_next_assessment_answers_and_asking_for_another_tier_does_not() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    making.surface(workflow)
    assessments.ask_override(
        workflow,
        by=people.risk(),
        at=timezone.now(),
        tier="T3",
        reason="Pilot",
        until_date=timezone.now().date() + timedelta(days=9),
    )
    assert kinds(workflow) == ["SURFACE"]
    making.assessed(workflow)
    assert kinds(workflow) == []


def test_a_sev_1_incident_asks_once_and_only_who_sees_every_incident_reads_it() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    incident = declaring.declare(
        by=people.responder(), at=timezone.now(), title="Wrong payouts", summary="Many.", workflow=workflow
    )
    assert kinds(workflow) == []
    severity.assess(incident, by=people.responder(), at=timezone.now(), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    assert kinds(workflow) == ["SEV_1"]
    assert kinds(workflow, people.owner()) == []
    call_again(workflow, kind="SEV_1", source=f"incident-{incident.pk}", at=timezone.now())
    assert ReassessmentCall.objects.count() == 1
    other = making.workflow(name="Payout letters")
    making.assessed(other)
    concerning.add_workflow(incident, other, by=people.responder(), at=timezone.now(), reason="Same queue")
    assert kinds(other) == ["SEV_1"]


def test_a_practice_that_became_prohibited_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.services import reassessment

    workflow = making.workflow()
    act = ACT_NONE | {"PROHIBITED": {"points": ["5(1)(ba)"], "reason": "Generates images"}}
    early = timezone.now().replace(year=2026, month=11, day=20)
    made = making.assessed(workflow, ai_act_class="", ai_act_answers=act, at=early)
    assert made.ai_act_finding["not_yet"] == ["5(1)(ba)"]
    monkeypatch.setattr(reassessment, "clock", lambda: early.replace(month=12))
    assert kinds(workflow) == ["PROHIBITED"]


def test_the_reasons_stand_on_the_tier_page_and_the_overview() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    making.surface(workflow, kind="TOOL")
    client = signed_in(people.owner())
    for page in ("", "tier/"):
        shown = client.get(f"/workflows/{workflow.pk}/{page}").content.decode()
        assert "a surface of a kind that was not there: Tool and its schema" in shown


def test_a_retired_workflow_is_left_alone() -> None:
    workflow = making.workflow()
    made = making.surface(workflow)
    making.assessed(workflow)
    surfaces.add_surface(
        workflow, by=people.risk(), at=timezone.now(), kind="TOOL", name="Old", reason="Found while retiring"
    )
    change(workflow, stage="RETIRED")
    assert made.is_active
    assert kinds(workflow) == []


def listed(reader: User, again: str = "yes") -> list[str]:
    found = signed_in(reader).get("/workflows/", {"again": again, "columns": "name"})
    assert found.status_code == 200
    return [workflow.name for workflow in found.context["page_obj"]]


def test_the_register_finds_what_is_to_be_assessed_again_and_counts_it() -> None:
    moved, still = making.workflow(name="Moved"), making.workflow(name="Still")
    for workflow in (moved, still):
        making.assessed(workflow)
    assert listed(people.risk()) == []
    change(moved, business_owner=people.risk())
    assert listed(people.owner()) == ["Moved"]
    assert "Still" in listed(people.owner(), "no")
    page = signed_in(people.risk()).get("/workflows/", {"q": "again:yes"}, follow=True)
    assert [option.count for option in page.context["facets"]["again"]] == [1]
    making.assessed(moved)
    assert listed(people.risk()) == []


def test_a_new_kind_of_surface_marks_and_retiring_it_takes_the_mark_away() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    surface = making.surface(workflow, kind="TOOL")
    assert listed(people.owner()) == [workflow.name]
    surfaces.retire(surface, by=people.risk(), at=timezone.now(), reason="A mistake")
    assert listed(people.owner()) == []


def test_what_only_a_serious_incident_asks_for_is_listed_for_who_may_know_of_it() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    call_again(workflow, kind="SEV_1", source="incident-1", at=timezone.now())
    assert listed(people.auditor()) == [workflow.name]
    assert listed(people.owner()) == []
    page = signed_in(people.owner()).get("/workflows/")
    assert [option.count for option in page.context["facets"]["again"]] == [0]


def test_of_the_past_the_register_does_not_say_what_asks_for_an_assessment() -> None:
    making.assessed(making.workflow())
    moment = written(timezone.now())
    past = signed_in(people.risk()).get("/workflows/", {"at": moment})
    assert "filtered but not counted" in past.content.decode()
    assert signed_in(people.risk()).get("/workflows/", {"at": moment, "again": "yes"}).status_code == 422


def test_a_kept_view_of_what_asks_for_an_assessment_stands_in_the_past_without_a_number() -> None:
    saved_views.save(by=people.risk(), at=timezone.now(), page=saved_views.REGISTER, name="Again", query="again=yes")
    making.assessed(making.workflow())
    client, moment = signed_in(people.risk()), written(timezone.now())
    past = client.get("/workflows/", {"at": moment})
    assert past.status_code == 200
    assert {tab.name: number for tab, number in past.context["tabs"]}["Again"] is None
    answer = client.get("/api/v1/workflows/", {"at": moment, "again": "yes"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["at"])
