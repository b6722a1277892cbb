"""What tests of the incident room start from: workflows with options, incidents in a given state, uploads."""

from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.models import ContainmentAction, Evidence, Incident
from incidents.services import containment, declaring, evidence, loosening, moving, severity
from registry.kernel.files import HashedUpload, hashed
from registry.models import ContainmentOption, Role, Stage, User, Workflow
from registry.services.gate_guard import as_found
from tests import people

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIRMED = {"harm": "MATERIAL"}


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def workflow(name: str = "Claims triage", **fields: Any) -> Workflow:
    defaults = {"slug": name.lower().replace(" ", "-"), "stage": Stage.PRODUCTION, "business_owner": people.owner()}
    made = Workflow(name=name, **{**defaults, **fields})
    as_found(made)
    made.save()
    return made


def option(of: Workflow, kind: str = "KILL_SWITCH", name: str = "", **fields: Any) -> ContainmentOption:
    defaults = {"instructions": "Turn the flag off.", "executors": [Role.RESPONDER, Role.RISK], "expected_minutes": 5}
    return ContainmentOption.objects.create(workflow=of, kind=kind, name=name or kind.title(), **{**defaults, **fields})


def declared(by: User | None = None, **fields: Any) -> Incident:
    """An open SEV-2, led by Rae Responder unless somebody else declares."""
    given = {"title": "Refunds paid twice", "summary": "Two customers were refunded twice.", "at": NOW, **fields}
    if "workflow" not in given:
        given["workflow"] = Workflow.objects.first() or workflow()
    return declaring.declare(by=by or people.responder(), **given)


def near_miss(by: User | None = None, **fields: Any) -> Incident:
    given = {
        "title": "Wrong letter held back",
        "summary": "A reviewer caught it.",
        "at": NOW,
        "workflow": None,
        **fields,
    }
    return declaring.report_near_miss(by=by or people.member(), **given)


def contained(by: User | None = None, **fields: Any) -> Incident:
    """Classified and contained by a kill switch, ten minutes after it was declared."""
    incident = declared(by, **fields)
    lead = incident.declared_by
    severity.assess(incident, by=lead, at=after(5), inputs=CONFIRMED, confirmed="SEV-2")
    action = executed(incident, lead)
    containment.confirm(action, by=lead, at=after(10), proof="The queue stands still.")
    return again(incident)


def executed(incident: Incident, by: User, kind: str = "KILL_SWITCH") -> ContainmentAction:
    affected = incident.workflows.get()
    chosen = ContainmentOption.objects.filter(workflow=affected, kind=kind).first() or option(affected, kind)
    return containment.execute(incident, chosen, by=by, at=after(6), reason="It keeps paying.")


def taken_back(action: ContainmentAction, *, at: datetime, by: User | None = None) -> ContainmentAction:
    """Asked for by whoever carried it out, agreed to by risk staff."""
    loosening.ask_revert(action, by=action.executed_by, at=at, reason="It stopped payroll too.")
    return loosening.revert(action, by=by or people.risk(), at=at, note="Payroll checked.")


def recovering(**fields: Any) -> Incident:
    """Asked for by the lead, approved by risk staff, an hour after it was declared."""
    incident = contained(**fields)
    validation(incident, by=incident.declared_by)
    moving.ask_recovery(incident, by=incident.declared_by, at=after(50), note="Replayed 200 cases without a fault.")
    moving.move(incident, "recover", by=people.risk(), at=after(60))
    return again(incident)


def resolved(**fields: Any) -> Incident:
    incident = recovering(**fields)
    lead = incident.declared_by
    moving.confirm_baseline(incident, by=lead, at=after(90), note="Refund rate back at 0.2 %.")
    moving.move(incident, "resolve", by=lead, at=after(130))
    return again(incident)


def validation(incident: Incident, by: User) -> Evidence:
    return evidence.add_note(incident, by=by, **about(kind="VALIDATION", title="Replay", note="200 of 200 right."))


def about(**fields: Any) -> dict[str, Any]:
    given = {
        "at": after(20),
        "kind": "INTERACTION_LOG",
        "title": "Log of the queue",
        "method": "Copied from the log store",
        "source": "Queue refunds-eu",
        "collected_at": after(15),
    }
    return {**given, **fields}


def upload(content: bytes = b"plain words\n", name: str = "log.txt") -> HashedUpload:
    """A received file, as the upload handler leaves it."""
    return hashed(content, name)


def again(incident: Incident) -> Incident:
    return Incident.objects.get(pk=incident.pk)
