"""What one step of the record says of an incident, in the words that receivers get.

Only what anybody in the room may read: of restricted evidence no more than that it is there, of messages no text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from incidents.happenings import Happening
from incidents.lifecycle import State
from incidents.models import (
    BacklogReading,
    Communication,
    ContainmentAction,
    CriterionCheck,
    Escalation,
    Evidence,
    EvidenceRequest,
    FirstHourDecision,
    GovernedSnapshot,
    Incident,
    IncidentLink,
    IncidentWorkflow,
    MessageApproval,
    Moment,
    Obligation,
    OutputList,
    OutputSample,
    PhaseTrack,
    Reach,
    RoleAssignment,
    RoomAccess,
    SentenceTie,
    SeverityAssessment,
    TimelineEntry,
)
from registry.services.news import Step

LONGEST: Final = 500
"""Characters of a text that goes out; the rest is read where the link leads."""
DETAILS: Final = ("title", "summary", "harm_seen", "kind", "category", "known_facts", "next_update_due_at")


@dataclass(frozen=True)
class Change:
    """`said` goes into the event as it is."""

    happening: Happening
    said: dict[str, Any]


Read = Callable[[Step], Iterator[Change]]


def changes_of(label: str, step: Step) -> Iterator[Change]:
    yield from READERS[label](step)


def incident_of(label: str, step: Step) -> int:
    """The number of the incident that a step is about; a link is told by the one it was made in."""
    field = {INCIDENT: "id", LINK: "source_id"}.get(label, "incident_id")
    return int(getattr(step.new, field))


def is_part_of_declaring(step: Step) -> bool:
    """Declaring saves the incident twice: first to have a number, then with its severity."""
    old = step.old
    return old is not None and old.history_type == "+" and old.history_unit_id == step.new.history_unit_id


def _incident(step: Step) -> Iterator[Change]:
    if step.old is None:
        yield Change(Happening.DECLARED, {"category": step.new.category})
        return
    if is_part_of_declaring(step):
        return
    if step.became("state"):
        moved = {"from": step.old.state, "to": step.new.state}
        yield Change(Happening.STATE_CHANGED, moved)
        if step.new.state == State.CONTAINED:
            yield Change(Happening.CONTAINED, moved)
    if step.became("severity"):
        yield Change(Happening.SEVERITY_CHANGED, {"from": step.old.severity, "to": step.new.severity})
    if step.became("visibility"):
        yield Change(Happening.VISIBILITY_CHANGED, {"from": step.old.visibility, "to": step.new.visibility})
    if changed := [name for name in DETAILS if step.became(name)]:
        yield Change(Happening.DETAILS_CHANGED, {"fields": changed})


def _workflow(step: Step) -> Iterator[Change]:
    what = "removed" if _is_removed(step) else "added" if step.old is None else "changed"
    yield Change(Happening.WORKFLOWS_CHANGED, {"what": what, "workflow": step.new.workflow_id})


def _link(step: Step) -> Iterator[Change]:
    """Without the other incident, which may be restricted."""
    yield Change(Happening.LINKS_CHANGED, {"what": "removed" if _is_removed(step) else "added", "kind": step.new.kind})


def _access(step: Step) -> Iterator[Change]:
    yield Change(Happening.ACCESS_CHANGED, {"what": "ended" if _is_removed(step) else "let-in"})


def _entry(step: Step) -> Iterator[Change]:
    """What the system wrote is told by what it was written of."""
    row = step.new
    if step.old is None and not row.is_automatic:
        said = {"entry": row.id, "kind": row.kind, "text": _short(row.text), "occurred_at": row.occurred_at.isoformat()}
        yield Change(Happening.TIMELINE_ENTRY, said | {"corrects": row.supersedes_id})


def _role(step: Step) -> Iterator[Change]:
    what = "assigned" if step.old is None else "ended" if step.became("ended_at") else "accepted"
    yield Change(Happening.ROLE_CHANGED, {"what": what, "role": step.new.role})


def _containment(step: Step) -> Iterator[Change]:
    if step.old is None or step.became("status"):
        row = step.new
        said = {"action": row.id, "status": row.status, "workflow": row.workflow_id, "option": row.option_id}
        yield Change(Happening.CONTAINMENT_CHANGED, said)


def _evidence(step: Step) -> Iterator[Change]:
    row = step.new
    told = {} if row.is_restricted else {"title": row.title}
    said = {"evidence": row.id, "reference": f"EV-{row.id:05d}", "kind": row.kind, "custody": row.custody, **told}
    changed = ("custody", "is_on_hold", "retention", "is_restricted", "keep_until")
    if step.old is None:
        yield Change(Happening.EVIDENCE_ADDED, said)
    elif fields := [name for name in changed if step.became(name)]:
        yield Change(Happening.EVIDENCE_CHANGED, said | {"fields": fields})


def _request(step: Step) -> Iterator[Change]:
    """Without who was asked and in which words."""
    row = step.new
    if step.old is None or step.became("status") or step.became("person_id"):
        said = {"request": row.id, "status": row.status, "item": row.item, "due_at": row.due_at.isoformat()}
        yield Change(Happening.EVIDENCE_REQUEST_CHANGED, said)


def _communication(step: Step) -> Iterator[Change]:
    row = step.new
    is_sent = step.became("status", Communication.Status.SENT)
    said = {"communication": row.id, "audience": row.audience, "status": row.status}
    yield Change(Happening.COMMUNICATION_SENT if is_sent else Happening.COMMUNICATION_CHANGED, said)


def _approval(step: Step) -> Iterator[Change]:
    """Without the name of who gave it."""
    row = step.new
    said = {"communication": row.communication_id, "as": row.role, "outcome": row.outcome, "counts": not row.voided_at}
    yield Change(Happening.COMMUNICATION_CHANGED, said)


def _reach(step: Step) -> Iterator[Change]:
    if step.old is None:
        said = {"audience": step.new.audience, "is_reached": step.new.is_reached}
        yield Change(Happening.COMMUNICATION_CHANGED, said)


def _tie(step: Step) -> Iterator[Change]:
    row = step.new
    yield Change(
        Happening.COMMUNICATION_CHANGED,
        {"communication": row.communication_id, "rests_on": row.kind, "is_ended": row.ended_at is not None},
    )


def _obligation(step: Step) -> Iterator[Change]:
    row = step.new
    said = {"obligation": row.id, "name": row.name, "status": row.status, "due_at": row.due_at.isoformat()}
    yield Change(Happening.OBLIGATION_CHANGED, said)


def _moment(step: Step) -> Iterator[Change]:
    row = step.new
    if step.old is None:
        yield Change(Happening.TIME_SET, {"kind": row.kind, "at": row.at.isoformat(), "confidence": row.confidence})


def _phase(step: Step) -> Iterator[Change]:
    if step.old is not None and step.became("status"):
        said = {"phase": step.new.phase, "from": step.old.status, "to": step.new.status}
        yield Change(Happening.PHASE_CHANGED, said)


def _assessment(step: Step) -> Iterator[Change]:
    if step.old is None:
        said = {"assessment": step.new.id, "proposed": step.new.proposed, "confirmed": step.new.confirmed}
        yield Change(Happening.SEVERITY_ASSESSED, said)


def _snapshot(step: Step) -> Iterator[Change]:
    row = step.new
    if step.old is None:
        said = {"snapshot": row.id, "workflow": row.workflow_id, "occasion": row.occasion, "sha256": row.sha256}
        yield Change(Happening.STATE_FROZEN, said)


def _escalation(step: Step) -> Iterator[Change]:
    """Without the name of who was called."""
    row = step.new
    if step.old is None:
        yield Change(Happening.ESCALATED, {"occasion": row.occasion, "step": row.step, "channel": row.channel})


def _first_hour(step: Step) -> Iterator[Change]:
    if step.old is None:
        said = {"step": step.new.step, "is_set_aside": step.new.is_set_aside}
        yield Change(Happening.FIRST_HOUR_DECIDED, said)


def _criterion(step: Step) -> Iterator[Change]:
    row = step.new
    if step.old is None:
        said = {"workflow": row.workflow_id, "criterion": _short(row.criterion), "is_met": row.is_met}
        yield Change(Happening.CRITERION_CHECKED, said)


def _outputs(step: Step) -> Iterator[Change]:
    """Each list once it is written. What is decided of single outputs is too much to be told one by one."""
    row = step.new
    if step.became("status", OutputList.Status.DONE) or (step.old is None and row.status == OutputList.Status.DONE):
        said = {"what": "listed", "list": row.id, "rows": row.rows, "added": row.added, "known": row.known}
        yield Change(Happening.OUTPUTS_LISTED, said)


def _sample(step: Step) -> Iterator[Change]:
    if step.old is None:
        said = {"what": "sampled", "size": step.new.size, "population": step.new.population}
        yield Change(Happening.OUTPUTS_LISTED, said)


def _backlog(step: Step) -> Iterator[Change]:
    row = step.new
    if step.old is None:
        said = {"queue": row.queue, "length": row.length, "people": row.people, "at": row.at.isoformat()}
        yield Change(Happening.BACKLOG_READ, said)


def _is_removed(step: Step) -> bool:
    return bool(step.new.history_type == "-")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


INCIDENT: Final = Incident._meta.label_lower
LINK: Final = IncidentLink._meta.label_lower
READERS: Final[dict[str, Read]] = {
    model._meta.label_lower: read
    for model, read in (
        (Incident, _incident),
        (IncidentWorkflow, _workflow),
        (IncidentLink, _link),
        (RoomAccess, _access),
        (TimelineEntry, _entry),
        (RoleAssignment, _role),
        (ContainmentAction, _containment),
        (Evidence, _evidence),
        (EvidenceRequest, _request),
        (Communication, _communication),
        (MessageApproval, _approval),
        (Reach, _reach),
        (SentenceTie, _tie),
        (Obligation, _obligation),
        (Moment, _moment),
        (PhaseTrack, _phase),
        (SeverityAssessment, _assessment),
        (GovernedSnapshot, _snapshot),
        (Escalation, _escalation),
        (FirstHourDecision, _first_hour),
        (CriterionCheck, _criterion),
        (OutputList, _outputs),
        (OutputSample, _sample),
        (BacklogReading, _backlog),
    )
}
"""Every kind of record of the room, but single outputs: they are told by their lists. Passages and custody tell nothing
that the incident and the evidence do not.
"""
