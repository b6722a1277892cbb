"""Where the first hour of an incident stands: read from what was done, with what people set aside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from incidents.first_hour import Plan, Step, plan
from incidents.minimum_evidence import Item
from incidents.models import (
    Communication,
    ContainmentAction,
    FirstHourDecision,
    GovernedSnapshot,
    Incident,
    IncidentWorkflow,
    Obligation,
    RoleAssignment,
    TimelineEntry,
)
from incidents.owed_messages import Standing
from incidents.policies.incidents import held, may_work
from incidents.services import minimum_evidence, room, timeline
from incidents.services.duties import duties_of
from incidents.services.owed_messages import owed_of
from incidents.services.times import times_of
from incidents.services.wording import chosen, required
from incidents.times import TimeKind
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User
from registry.severity_scale import Duties, ExternalCommunication


@dataclass(frozen=True)
class SetAside:
    step: Step
    reason: str
    by: str
    """The name of whoever said so."""
    at: datetime


@dataclass(frozen=True)
class FirstHour:
    """The plan, who set what aside, and what of the minimum evidence is missing."""

    plan: Plan
    set_aside: Mapping[Step, SetAside]
    evidence: tuple[tuple[Item, bool], ...]
    began: datetime
    contains_first: bool
    vacant: tuple[str, ...]
    """Roles that the severity calls and nobody holds."""

    @property
    def is_classified(self) -> bool:
        return any(line.step is Step.SEVERITY and line.is_settled for line in self.plan.lines)


def first_hour(incident: Incident, at: datetime) -> FirstHour | None:
    """Nothing for a near miss or a quality issue: there is no hour to run."""
    if incident.category != Incident.Category.INCIDENT:
        return None
    found = _found(incident)
    duties = duties_of(incident, at)
    times = times_of(incident)
    evidence = minimum_evidence.checklist(found)
    vacant = _vacant(incident, duties)
    began = times.get(TimeKind.DECLARED, incident.declared_at)
    contains_first = duties is not None and duties.containment_first
    aside = _set_aside_in(found["step_words"])
    done = {
        Step.LEAD: any(row.role == RoleAssignment.Role.LEAD and row.accepted_at for row in held(incident)),
        Step.WORKFLOW: found["has_workflow"],
        Step.SEVERITY: TimeKind.CLASSIFIED in times,
        Step.CONTAINMENT: found["is_carried_out"],
        Step.EFFECT: found["is_confirmed"],
        Step.PEOPLE: duties is not None and not vacant,
        Step.STATE: found["is_frozen"],
        Step.EVIDENCE: all(is_there for _item, is_there in evidence),
        Step.UPDATE: found["is_updated"],
        Step.OUTSIDE: _is_dealt_with(incident, at, is_said=found["is_said"] or _is_silent(duties)),
        Step.NOTICES: found["is_entered"],
        Step.FACTS: bool(incident.known_facts),
    }
    made = plan(
        began=began,
        now=at,
        contains_first=contains_first,
        done={step for step, is_done in done.items() if is_done},
        set_aside=aside,
    )
    return FirstHour(made, aside, tuple(evidence), began, contains_first, vacant)


def set_aside(incident: Incident, *, step: str, by: User, at: datetime, reason: str) -> FirstHourDecision:
    """A step is not taken, and why. It counts as settled until it is taken up again."""
    return _decide(incident, step=step, by=by, at=at, reason=reason, is_set_aside=True)


def take_up(incident: Incident, *, step: str, by: User, at: datetime, reason: str) -> FirstHourDecision:
    """A step that was set aside is to be taken after all."""
    return _decide(incident, step=step, by=by, at=at, reason=reason, is_set_aside=False)


def _set_aside_in(words: Iterable[Mapping[str, Any]]) -> dict[Step, SetAside]:
    newest = {Step(word["step"]): word for word in words}
    return {
        step: SetAside(step, word["reason"], word["by"], datetime.fromisoformat(word["at"]))
        for step, word in newest.items()
        if word["is_set_aside"]
    }


def _decide(
    incident: Incident, *, step: str, by: User, at: datetime, reason: str, is_set_aside: bool
) -> FirstHourDecision:
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_work, by, locked)
        known = Step(chosen("step", step, Step))
        why = required("reason", reason, limit=300)
        if locked.category != Incident.Category.INCIDENT:
            raise ValidationError({"step": _("A near miss or quality issue has no first hour.")})
        if (known in _set_aside_in(_found(locked)["step_words"])) == is_set_aside:
            raise Conflict(
                _("“%(step)s” is set aside already.") % {"step": known.label}
                if is_set_aside
                else _("“%(step)s” is not set aside.") % {"step": known.label}
            )
        made = FirstHourDecision.objects.create(
            incident=locked, step=known, is_set_aside=is_set_aside, reason=why, by=by, at=at
        )
        text = _("Set aside: %(step)s. %(reason)s") if is_set_aside else _("Taken up again: %(step)s. %(reason)s")
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.STEP,
            text=text % {"step": known.label, "reason": why},
            by=by,
            at=at,
            data={"step": known},
        )
        room.touch(locked)
        return made


def figures() -> dict[str, Any]:
    """What only the tables below an incident know, as parts of one query; a page has them loaded with the incident."""

    def any_of(model: Any, **conditions: Any) -> Exists:
        return Exists(model.objects.filter(incident=OuterRef("pk"), **conditions))

    status = ContainmentAction.Status
    words = FirstHourDecision.objects.filter(incident=OuterRef("pk")).order_by("pk")
    word = JSONObject(step="step", is_set_aside="is_set_aside", reason="reason", at="at", by="by__name")
    return {
        "has_workflow": any_of(IncidentWorkflow),
        "is_carried_out": any_of(ContainmentAction, status__in=[status.EXECUTED, status.CONFIRMED, status.REVERTED]),
        "is_confirmed": any_of(ContainmentAction, confirmed_at__isnull=False),
        "is_frozen": any_of(GovernedSnapshot),
        "is_updated": any_of(TimelineEntry, is_internal_update=True),
        "is_said": any_of(Communication),
        "is_entered": any_of(Obligation),
        "step_words": ArraySubquery(words.values(word=word)),
        **minimum_evidence.figures(),
    }


def _found(incident: Incident) -> Mapping[str, Any]:
    """What `figures` found with the incident, or finds now."""
    if "step_words" in incident.__dict__:
        return incident.__dict__
    return Incident.objects.filter(pk=incident.pk).values(**figures())[0]


def _vacant(incident: Incident, duties: Duties | None) -> tuple[str, ...]:
    filled = {row.role for row in held(incident)}
    return tuple(role for role in (duties.called if duties else ()) if role not in filled)


def _is_dealt_with(incident: Incident, at: datetime, *, is_said: bool) -> bool:
    """Of every audience that is owed a message something is drafted or decided; where none is, of any."""
    return is_said and not any(line.is_missing and line.standing is Standing.NOTHING for line in owed_of(incident, at))


def _is_silent(duties: Duties | None) -> bool:
    """The severity asks for nothing to be said outside."""
    return duties is not None and duties.external_communication is ExternalCommunication.NOT_OWED
