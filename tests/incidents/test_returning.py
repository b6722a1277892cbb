"""Running as before: the criteria of the playbook, confirmed by people, in the way of the last step."""

import pytest
from django.core.exceptions import ValidationError

from incidents.models import ContainmentAction, Incident
from incidents.returning import criteria, key_of
from incidents.services import loosening, moving, returning
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Playbook, Workflow
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db
TEXT = "- Decline rate below 3 % for four hours\n\n2) 40 replayed cases right\n40 replayed cases right"


def test_each_line_of_the_answer_is_a_criterion_once_without_its_mark() -> None:
    assert criteria(TEXT) == ("Decline rate below 3 % for four hours", "40 replayed cases right")
    assert criteria(" \n-\n") == ("-",)
    assert criteria("") == ()
    assert key_of(1, "a") != key_of(2, "a") != key_of(2, "b")


@pytest.fixture
def claims() -> Workflow:
    workflow = making.workflow()
    Playbook.objects.create(workflow=workflow, owner=people.owner(), return_to_normal=TEXT, written_at=NOW)
    return workflow


@pytest.fixture
def action(claims: Workflow) -> ContainmentAction:
    return making.contained(workflow=claims).containment_actions.get()


def met(incident: Incident, minutes: int = 30, is_met: bool = True) -> None:
    for each in returning.criteria_of(incident):
        returning.check(incident, key=each.key, is_met=is_met, note="2.1 %", by=incident.declared_by, at=after(minutes))


def asked(action: ContainmentAction, minutes: int = 40) -> None:
    loosening.ask_revert(action, by=people.responder(), at=after(minutes), reason="Replay is clean.")


def test_the_last_containment_is_taken_back_once_the_criteria_are_met(action: ContainmentAction) -> None:
    asked(action)
    with pytest.raises(Conflict, match="2 criteria of the playbook"):
        loosening.revert(action, by=people.risk(), at=after(41), note="Looked.")
    met(action.incident)
    assert loosening.revert(action, by=people.risk(), at=after(42), note="Looked.").status == "REVERTED"


def test_a_step_that_is_not_the_last_waits_for_no_criterion(action: ContainmentAction) -> None:
    making.executed(action.incident, people.responder(), kind="DEGRADE")
    asked(action)
    assert loosening.revert(action, by=people.risk(), at=after(41), note="Looked.").status == "REVERTED"


def test_risk_staff_may_go_ahead_and_it_is_on_record(action: ContainmentAction) -> None:
    asked(action)
    owner = people.person("Second Responder", "RESPONDER")
    with pytest.raises(Refused, match="Only risk staff"):
        loosening.revert(action, by=owner, at=after(41), note="Looked.", override=True)
    loosening.revert(action, by=people.risk(), at=after(41), note="Looked.", override=True)
    text = action.incident.timeline.filter(kind="CONTAINMENT").latest("pk").text
    assert "Overridden: 2 criteria of the playbook" in text


def test_a_criterion_found_untrue_counts_no_longer_and_what_slipped_back_begins_anew(
    claims: Workflow,
) -> None:
    incident = making.recovering(workflow=claims)
    met(incident, minutes=70)
    assert returning.open_criteria(incident) == 0
    first = returning.criteria_of(incident)[0]
    returning.check(incident, key=first.key, is_met=False, note="4 %", by=incident.declared_by, at=after(75))
    assert returning.open_criteria(incident) == 1
    met(incident, minutes=80)
    moving.move(incident, "slip_back", by=people.risk(), at=after(90), reason="It came back.")
    assert returning.open_criteria(incident) == 2


def test_an_incident_is_not_resolved_with_open_criteria(claims: Workflow) -> None:
    incident = making.recovering(workflow=claims)
    lead = incident.declared_by
    moving.confirm_baseline(incident, by=lead, at=after(90), note="Back.")
    with pytest.raises(Conflict, match="2 criteria"):
        moving.move(incident, "resolve", by=lead, at=after(130))
    met(incident, minutes=131)
    moving.move(incident, "resolve", by=lead, at=after(132))


def test_a_word_needs_what_shows_it_and_a_criterion_that_is_there(claims: Workflow) -> None:
    incident = making.contained(workflow=claims)
    lead, key = incident.declared_by, returning.criteria_of(incident)[0].key
    with pytest.raises(ValidationError):
        returning.check(incident, key=key, is_met=True, note=" ", by=lead, at=after(20))
    with pytest.raises(ValidationError):
        returning.check(incident, key="0-none", is_met=True, note="Yes", by=lead, at=after(20))
    with pytest.raises(Refused):
        returning.check(incident, key=key, is_met=True, note="Yes", by=people.auditor(), at=after(20))
