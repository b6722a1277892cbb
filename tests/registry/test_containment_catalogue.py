"""Templates adapted and added in one step, and capabilities that end with the proof they stand on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.services import containment as room
from registry.containment_templates import templates
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import CapabilityRecord, ContainmentOption, GapAcceptance, Notice, Workflow
from registry.services import containment, containment_templates, gap_acceptances
from registry.services.capability_requirements import take_requirements
from registry.services.gap_chase import chase
from tests import people
from tests.incidents import making as incidents
from tests.registry import making
from tests.registry.test_capability_services import meet, state
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
OLD = timedelta(days=200)


@pytest.fixture
def workflow() -> Workflow:
    """Autonomy is high, so that a kill switch is asked for; there is one, proven long ago, and it is said to be met."""
    made = making.workflow()
    making.assessed(made)
    prove(making.option(made), ago=OLD)
    meet(made, "KILL_SWITCH")
    return made


def prove(option: ContainmentOption, ago: timedelta = timedelta(0), **more: Any) -> ContainmentOption:
    at = timezone.now() - ago
    return containment.prove(option, by=people.risk(), at=at, how="Drill", minutes=3, **more)


def record_of(workflow: Workflow) -> CapabilityRecord:
    return CapabilityRecord.objects.get(workflow=workflow, capability="KILL_SWITCH")


def state_of(workflow: Workflow, days: int = 0) -> str:
    return record_of(workflow).standing.state(timezone.localdate() + timedelta(days=days)).value


def test_a_stale_proof_is_a_gap_in_every_list_until_the_option_is_proven_again(workflow: Workflow) -> None:
    client = signed_in(people.member())
    assert state_of(workflow) == "STALE"
    rows = client.get("/gaps/?state=STALE").context["rows"]
    assert [(record.capability, found.value) for record, found, _late in rows] == [("KILL_SWITCH", "STALE")]
    assert workflow.name in client.get("/workflows/?gap=stale").content.decode()
    assert "KILL_SWITCH" in [need.capability.key for need in page(client, workflow).context["needs"].missing]
    assert "these count as gaps" in client.get(f"/workflows/{workflow.pk}/containment/").content.decode()
    prove(workflow.containment_options.get())
    assert (state_of(workflow), state_of(workflow, 90), state_of(workflow, 91)) == ("MET", "MET", "STALE")
    assert client.get("/gaps/?state=STALE").context["rows"] == []


def page(client: Client, workflow: Workflow) -> Any:
    return client.get(f"/workflows/{workflow.pk}/capabilities/")


def test_what_was_never_tried_shows_nothing_and_what_is_retired_is_not_asked(workflow: Workflow) -> None:
    option = workflow.containment_options.get()
    second = making.option(workflow, name="Second switch")
    assert state_of(workflow) == "STALE"
    for one in (option, second):
        one.refresh_from_db()
        containment.edit_option(
            one, by=people.risk(), at=timezone.now(), reason="Gone", opened_version=one.version, is_active=False
        )
    assert state_of(workflow) == "MET"
    assert record_of(workflow).proof_until_date is None


def test_a_capability_that_comes_after_the_option_takes_its_proof() -> None:
    made = making.workflow()
    prove(making.option(made), ago=OLD)
    making.assessed(made)
    assert record_of(made).proof_until_date == timezone.localdate() - OLD + timedelta(days=90)
    assert take_requirements(made) == 0


def test_a_stale_proof_can_be_accepted_or_given_an_owner_and_a_fresh_one_cannot(workflow: Workflow) -> None:
    until = timezone.localdate() + timedelta(days=30)

    def ask() -> GapAcceptance:
        given = {"by": people.owner(), "at": timezone.now(), "reason": "Drill is booked"}
        return gap_acceptances.ask(workflow, "KILL_SWITCH", until_date=until, **given)  # type: ignore[arg-type]

    assert state(workflow, "KILL_SWITCH", owner=people.owner()).owner == people.owner()
    waiting = ask()
    gap_acceptances.decide(waiting, by=people.risk(), at=timezone.now(), accept=True, reason="Fine")
    assert state_of(workflow) == "ACCEPTED"
    gap_acceptances.withdraw(waiting, by=people.risk(), at=timezone.now(), reason="Done")
    prove(workflow.containment_options.get())
    with pytest.raises(Conflict, match="is met"):
        ask()


def test_the_end_of_a_proof_is_told_once_before_and_once_after(workflow: Workflow) -> None:
    now = timezone.now()
    told = Notice.objects.filter(kind="GAP", subject__startswith="Proof")
    chase(at=now)
    chase(at=now + timedelta(days=1))
    assert [(notice.recipient, notice.subject[:14]) for notice in told.all()] == [(people.owner(), "Proof is stale")]
    prove(workflow.containment_options.get())
    for days in (75, 76, 80, 91):
        chase(at=now + timedelta(days=days))
    assert sorted(notice.subject[:15] for notice in told.all()) == [
        "Proof ends soon",
        "Proof is stale:",
        "Proof is stale:",
    ]


@pytest.mark.parametrize(("is_exercise", "occasion"), [(False, "INCIDENT"), (True, "DRILL")])
def test_what_worked_in_the_room_is_a_proof_that_says_where(is_exercise: bool, occasion: str) -> None:
    incident = incidents.declared(is_exercise=is_exercise)
    option = making.option(incident.workflows.get())
    at = incidents.after(5)
    action = room.execute(incident, option, by=incident.declared_by, at=at, reason="Stop")
    room.confirm(action, by=incident.declared_by, at=incidents.after(9), proof="No letter since")
    option.refresh_from_db()
    assert option.proven_in == occasion


def template_form(client: Client, workflow: Workflow, changes: dict[str, Any]) -> dict[str, Any]:
    form = client.get(f"/workflows/{workflow.pk}/containment/templates/agent/").context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() is not None and bound.value() is not False}
    return {name: value for name, value in {**sent, "reason": "Before go-live", **changes}.items() if value is not None}


def test_a_template_is_read_adapted_and_added_in_one_step(workflow: Workflow) -> None:
    owner = signed_in(people.owner())
    chosen = owner.get(f"/workflows/{workflow.pk}/containment/templates/")
    assert chosen.content.decode().count("/containment/templates/") >= 6
    url = f"/workflows/{workflow.pk}/containment/templates/agent/"
    changes = {"off-chosen": None, "off-name": "", "tool-name": "Letter tool off", "tool-expected_minutes": "3"}
    sent = template_form(owner, workflow, changes)
    made = owner.post(url, sent)
    assert made.status_code == 302, made.context["form"].errors
    assert owner.post(url, sent).status_code == 302
    assert workflow.containment_options.count() == 7
    tool = workflow.containment_options.get(name="Letter tool off")
    assert (tool.kind, tool.expected_minutes, tool.proven_at) == ("DISABLE_TOOL", 3, None)
    again = owner.get(url).context["form"]
    assert [block.option.key for block in again.blocks() if block.is_there] == [
        "paths", "budget", "approve", "read-only", "configuration"
    ]  # fmt: skip


def test_what_is_wrong_with_one_option_is_said_at_its_field_and_none_is_added(workflow: Workflow) -> None:
    owner = signed_in(people.owner())
    url = f"/workflows/{workflow.pk}/containment/templates/agent/"
    bad = template_form(owner, workflow, {"tool-name": "Stop everything", "paths-executors": [], "off-name": ""})
    refused = owner.post(url, bad)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["off-name"]
    refused = owner.post(url, bad | {"off-name": "Off"})
    assert set(refused.context["form"].errors) == {"tool-name", "paths-executors"}
    assert refused.context["form"]["tool-name"].value() == "Stop everything"
    none = {name: value for name, value in bad.items() if not name.endswith("-chosen")}
    assert "Choose at least one" in owner.post(url, none).content.decode()
    assert workflow.containment_options.count() == 1


def test_only_owners_and_risk_staff_add_from_a_template(workflow: Workflow) -> None:
    assert signed_in(people.responder()).get(f"/workflows/{workflow.pk}/containment/templates/").status_code == 403
    with pytest.raises(Refused):
        containment_templates.add_from(
            templates()[0], workflow, by=people.member(), at=timezone.now(), reason="Mine", chosen={"off": {}}
        )
