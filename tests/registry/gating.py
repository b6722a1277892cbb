"""Workflows that stand before a gate, and requests at it, made through the services."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from registry.models import GateCondition, GateRequest, User, Workflow
from registry.services import capabilities, containment, gates, gates_deciding
from tests import people
from tests.registry import making

T3 = {"BUSINESS_IMPACT": "ELEVATED"}


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def pilot(name: str = "Letter sorting", **fields: Any) -> Workflow:
    """A T3 pilot that is ready for production."""
    given = {
        "stage": "PILOT", "purpose": "Sorts letters.", "outputs": "A label.", "affected_people": "Clerks.",
        "next_review_date": today() + timedelta(days=90), "autonomy": "RECOMMENDS", **fields,
    }  # fmt: skip
    made = making.workflow(name=name, **given)
    making.assessed(made, answers=making.answers(**T3))
    making.signal(made)
    making.signal(made, name="Complaints", kind="COMPLAINTS")
    making.action(made, reversibility="EASY")
    making.version(making.surface(made), "1")
    option = making.option(made, load_carrier="Clerks")
    prove(option)
    for key in ("SEVERITY_MODEL", "EXECUTIVE_ESCALATION", "POST_INCIDENT_REVIEW"):
        capabilities.meet(made, key, by=people.owner(), at=timezone.now(), evidence="Seen.")
    return Workflow.objects.get(pk=made.pk)


def prove(option: Any) -> None:
    containment.prove(option, by=people.responder(), at=timezone.now(), how="Drill", minutes=3)


def critical(workflow: Workflow) -> Workflow:
    """T1, without going through all that T1 demands: for what the chain alone decides."""
    workflow.tier = "T1"
    workflow.save()
    return workflow


def at_the_gate() -> tuple[GateRequest, GateCondition]:
    """A request that waits for its decision, and a condition of another that is granted, of one pilot."""
    workflow = pilot()
    condition = {"text": "Second monitor", "due_date": today() + timedelta(days=20), "owner": people.owner()}
    more = asked(workflow, kind="MORE_AUTONOMY", to_autonomy="ACTS_AFTER_APPROVAL")
    return asked(workflow), decided(more, conditions=[condition]).conditions.get()


def asked(workflow: Workflow, **given: Any) -> GateRequest:
    facts = {"by": people.owner(), "at": timezone.now(), "kind": "GO_LIVE", "reason": "The pilot went well", **given}
    return gates.ask(workflow, **facts)


def decided(request: GateRequest, by: User | None = None, at: datetime | None = None, **given: Any) -> GateRequest:
    facts: Any = {"approve": True, "reason": "Read", **given}
    return gates_deciding.decide(request, by=by or people.risk(), at=at or timezone.now(), **facts)


def granted(workflow: Workflow, **given: Any) -> GateRequest:
    return decided(asked(workflow), **given)
