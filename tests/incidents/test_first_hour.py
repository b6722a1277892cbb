"""The first hour fills itself from what is done, and what is left out is left out with a reason."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.first_hour import Standing, Step
from incidents.minimum_evidence import Item
from incidents.models import Incident, TimelineEntry
from incidents.services import communications, containment, evidence, facts, severity, timeline
from incidents.services import first_hour as services
from incidents.services.first_hour import FirstHour
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Surface
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def hour(incident: Incident, minutes: int = 5) -> FirstHour:
    found = services.first_hour(making.again(incident), after(minutes))
    assert found is not None
    return found


def standing(incident: Incident, step: Step, minutes: int = 5) -> Standing:
    return next(line.standing for line in hour(incident, minutes).plan.lines if line.step is step)


def test_what_is_done_counts_without_being_ticked() -> None:
    incident = making.declared()
    lead = incident.declared_by
    settled = {line.step for line in hour(incident).plan.lines if line.is_settled}
    assert settled == {Step.LEAD, Step.WORKFLOW, Step.STATE}
    severity.assess(incident, by=lead, at=after(4), inputs=making.CONFIRMED, confirmed="SEV-2")
    assert standing(incident, Step.SEVERITY) is Standing.DONE
    action = making.executed(incident, lead)
    assert standing(incident, Step.CONTAINMENT) is Standing.DONE
    assert standing(incident, Step.EFFECT) is Standing.OPEN
    assert standing(incident, Step.EFFECT, minutes=21) is Standing.LATE
    containment.confirm(action, by=lead, at=after(10), proof="The queue stands still.")
    assert standing(incident, Step.EFFECT, minutes=21) is Standing.DONE
    timeline.post(incident, by=lead, at=after(12), text="Stopped.", is_internal_update=True)
    assert standing(incident, Step.UPDATE) is Standing.DONE
    facts.confirm_facts(incident, by=lead, at=after(13), facts={"Reach": "Two customers"}, opened_version=None)
    assert standing(incident, Step.FACTS) is Standing.DONE
    communications.decide_not_to(
        incident, by=people.risk(), at=after(14), audience="CUSTOMERS", reason="Nobody was reached."
    )
    assert standing(incident, Step.OUTSIDE) is Standing.DONE


def test_the_minimum_evidence_follows_what_the_workflow_is_made_of() -> None:
    workflow = making.workflow()
    Surface.objects.create(workflow=workflow, kind="TOOL", name="Payments")
    incident = making.declared(workflow=workflow)
    assert hour(incident).evidence == ((Item.OUTPUT, False), (Item.INPUT, False), (Item.TOOLS, False))
    for kind in ("RAW_OUTPUT", "USER_PROMPT", "TRACE"):
        evidence.add_note(incident, by=incident.declared_by, **making.about(kind=kind, note="Kept."))
    assert all(is_there for _item, is_there in hour(incident, 30).evidence)
    assert standing(incident, Step.EVIDENCE) is Standing.DONE


def test_a_severity_one_contains_before_it_diagnoses() -> None:
    incident = making.declared(inputs={"harm": "SERIOUS"})
    assert incident.severity == "SEV-1"
    found = hour(incident)
    assert found.contains_first
    assert found.plan.next is not None
    assert found.plan.next.step is Step.CONTAINMENT


def test_a_step_is_set_aside_with_a_reason_and_taken_up_again() -> None:
    incident = making.declared()
    given: dict[str, Any] = {"step": "NOTICES", "by": incident.declared_by}
    with pytest.raises(ValidationError):
        services.set_aside(incident, at=after(5), reason=" ", **given)
    services.set_aside(incident, at=after(5), reason="No personal data is in it.", **given)
    assert standing(incident, Step.NOTICES, minutes=90) is Standing.SET_ASIDE
    with pytest.raises(Conflict):
        services.set_aside(incident, at=after(6), reason="Twice", **given)
    assert TimelineEntry.objects.get(kind="STEP").text == (
        "Set aside: Notices to authorities are entered. No personal data is in it."
    )
    services.take_up(incident, at=after(7), reason="There is.", **given)
    assert standing(incident, Step.NOTICES, minutes=90) is Standing.LATE
    with pytest.raises(Conflict):
        services.take_up(incident, at=after(8), reason="Twice", **given)


def test_whoever_may_not_work_there_sets_nothing_aside() -> None:
    incident = making.declared()
    with pytest.raises(Refused):
        services.set_aside(incident, step="NOTICES", by=people.auditor(), at=after(5), reason="No")
    with pytest.raises(ValidationError):
        services.set_aside(incident, step="NOTHING", by=incident.declared_by, at=after(5), reason="No")


def test_a_near_miss_has_no_first_hour() -> None:
    found = making.near_miss()
    assert services.first_hour(found, after(5)) is None
    with pytest.raises(ValidationError):
        services.set_aside(found, step="LEAD", by=people.risk(), at=after(5), reason="None")
