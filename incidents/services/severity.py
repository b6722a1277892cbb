"""Judging how severe an incident is: the rules propose, a person confirms, every judgement is kept."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents import severity as rules
from incidents.lifecycle import Phase, PhaseStatus, State
from incidents.models import Incident, Moment, SeverityAssessment, TimelineEntry
from incidents.policies.incidents import may_assess_severity
from incidents.services import phases, room, timeline, times
from incidents.services.duties import duties_of, scale_in_force
from incidents.services.readying import follow_readiness
from incidents.services.telling import callers_for, holders_in, owners_of, tell_people
from incidents.services.wording import chosen, optional
from incidents.severity_inputs import Proposal, SeverityInputs
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import ReassessmentCall, User, Workflow
from registry.services.reassessment import call_again
from registry.severities import Severity

__all__ = [
    "assess",
    "inputs_from",
    "judge",
    "propose",
    "scale_in_force",
]


def inputs_from(answers: Mapping[str, Any]) -> SeverityInputs:
    """Stored or typed answers as what the rules take. What is not answered counts as the mildest.

    Raises ValidationError by field for an unknown question or an answer that is none.
    """
    questions = {field.name: field.default for field in fields(SeverityInputs)}
    known: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, answer in answers.items():
        try:
            known[name] = _answer(questions[name], answer)
        except KeyError:
            problems[name] = _("Nothing by this name is asked about severity.")
        except ValueError:
            problems[name] = _("“%(answer)s” is not one of the possible answers.") % {"answer": str(answer)[:60]}
    if problems:
        raise ValidationError(problems)
    return SeverityInputs(**known)


def _answer(default: Any, answer: Any) -> Any:
    if isinstance(default, bool):
        if not isinstance(answer, bool):
            raise ValueError
        return answer
    return type(default)(answer)


def propose(inputs: Mapping[str, Any]) -> Proposal:
    return rules.propose(inputs_from(inputs))


def assess(
    incident: Incident, *, by: User, at: datetime, inputs: Mapping[str, Any], confirmed: str, reason: str = ""
) -> SeverityAssessment:
    """A person's judgement. To differ from the proposal needs a reason."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_assess_severity, by, locked)
        room.require_active(locked, State.RESOLVED)
        if locked.category != Incident.Category.INCIDENT:
            raise Conflict(_("A near miss or a quality issue has no severity. Make it an incident first."))
        before = locked.severity
        made = judge(locked, by=by, at=at, known=inputs_from(inputs), confirmed=confirmed, reason=reason)
        if Moment.Kind.CLASSIFIED not in times.times_of(locked):
            times.mark(locked, Moment.Kind.CLASSIFIED, at=at, by=by)
        phases.advance(locked, Phase.CLASSIFY, PhaseStatus.DONE, at=at)
        room.save(locked)
        follow_readiness(locked, at=at)
        if locked.severity != before:
            _tell_of_change(locked, before, by=by, at=at, number=made.pk)
        return made


def judge(
    incident: Incident, *, by: User, at: datetime, known: SeverityInputs, confirmed: str = "", reason: str = ""
) -> SeverityAssessment:
    """Record an assessment and put it in force on a locked incident, which the caller saves.

    Without `confirmed` the proposal is taken as it is, and a person still has to confirm it.
    """
    proposal = rules.propose(known)
    mark = Severity(chosen("confirmed", confirmed, Severity)) if confirmed else proposal.severity
    why = optional("reason", reason)
    if mark is not proposal.severity and not why:
        raise ValidationError({"reason": _("Say why you decide on something other than the proposal.")})
    made = SeverityAssessment.objects.create(
        incident=incident,
        scale=scale_in_force(at),
        inputs=asdict(known),
        proposed=proposal.severity,
        reasons=list(proposal.reasons),
        confirmed=mark,
        reason=why,
        by=by,
        at=at,
    )
    before, incident.severity = incident.severity, mark
    _start_clock(incident, before, at)
    if mark is Severity.SEV1 and before != mark:
        ask_to_assess_again(incident, at=at)
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.SEVERITY,
        text=_sentence(before, mark, is_confirmed=bool(confirmed)),
        by=by,
        at=at,
        data={"from": before, "to": str(mark), "assessment": made.pk, "reason": why},
    )
    return made


def ask_to_assess_again(incident: Incident, *, at: datetime, workflow: Workflow | None = None) -> None:
    """A SEV-1 shows that a workflow can hurt more than was thought: its tier is to be judged again. Drills do not."""
    if incident.is_exercise or incident.severity != Severity.SEV1:
        return
    for concerned in [workflow] if workflow else incident.workflows.all():
        call_again(concerned, kind=ReassessmentCall.Kind.SEV_1, source=f"incident-{incident.pk}", at=at)


def _start_clock(incident: Incident, before: str, at: datetime) -> None:
    """The next internal update is due by the new severity; what was due sooner stays unless it became milder."""
    duties = duties_of(incident, at)
    if duties is None or not incident.is_active:
        return
    due = at + timedelta(minutes=duties.update_minutes)
    is_milder = bool(before) and before < incident.severity
    if incident.next_update_due_at is None or is_milder or due < incident.next_update_due_at:
        incident.next_update_due_at = due


def _sentence(before: str, after: str, *, is_confirmed: bool) -> str:
    if not is_confirmed:
        return _("%(severity)s proposed; a person has to confirm it.") % {"severity": after}
    if before in {"", after}:
        return _("%(severity)s confirmed.") % {"severity": after}
    return _("Severity changed from %(before)s to %(after)s.") % {"before": before, "after": after}


def _tell_of_change(incident: Incident, before: str, *, by: User, at: datetime, number: int) -> None:
    tell_people(
        incident,
        [*holders_in(incident), *owners_of(incident), *callers_for(incident)],
        event=f"severity-{number}",
        subject=_("%(incident)s is now %(severity)s") % {"incident": incident.reference, "severity": incident.severity},
        body=_("The severity of “%(title)s” changed from %(before)s to %(after)s.")
        % {"title": incident.title, "before": before or "–", "after": incident.severity},
        at=at,
        by=by,
    )
