"""What follows from passing from one state into another: times, clocks, phases, the record, and who is told."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.lifecycle import (
    ACCEPT,
    CLOSE,
    CONTAIN,
    RECOVER,
    REOPEN,
    RESOLVE,
    SLIP_BACK,
    TABLE,
    Phase,
    PhaseStatus,
    State,
)
from incidents.models import Incident, Passage, TimelineEntry
from incidents.services import phases, timeline, times
from incidents.services.duties import duties_of
from incidents.services.telling import holders_in, owners_of, tell_people
from incidents.times import TimeKind
from registry.kernel.http.errors import Conflict
from registry.kernel.transitions import Transition, TransitionRefused
from registry.models import User

WATCHING: Final = {"SEV-1": 60, "SEV-2": 60, "SEV-3": 30}
"""Minutes during which signals must stay at their baseline before an incident can be resolved."""
_MOMENTS: Final = {CONTAIN: TimeKind.CONTAINED, RESOLVE: TimeKind.RESOLVED, CLOSE: TimeKind.CLOSED}
_PHASES: Final = {
    ACCEPT: ((Phase.CLASSIFY, PhaseStatus.ACTIVE),),
    CONTAIN: ((Phase.CONTAIN, PhaseStatus.DONE), (Phase.INVESTIGATE, PhaseStatus.ACTIVE)),
    RECOVER: ((Phase.REMEDIATE, PhaseStatus.ACTIVE),),
    RESOLVE: (
        (Phase.REMEDIATE, PhaseStatus.DONE),
        (Phase.PRESERVE, PhaseStatus.DONE),
        (Phase.LEARN, PhaseStatus.ACTIVE),
    ),
    CLOSE: ((Phase.INVESTIGATE, PhaseStatus.DONE), (Phase.LEARN, PhaseStatus.DONE)),
}


def find(incident: Incident, verb: str) -> Transition:
    try:
        return TABLE.find(verb, incident.state)
    except TransitionRefused as refused:
        raise Conflict(refused.reason) from refused


def pass_to(
    incident: Incident,
    transition: Transition,
    *,
    by: User,
    at: datetime,
    reason: str,
    overridden: list[str] | None = None,
) -> Passage:
    """Change a locked incident, which the caller saves, and record the passage with everything that follows."""
    passage = Passage.objects.create(
        incident=incident,
        verb=transition.verb,
        source=incident.state,
        target=transition.target,
        by=by,
        at=at,
        reason=reason,
        overridden=overridden or [],
    )
    incident.state = transition.target
    _start_clocks(incident, transition.verb, at)
    if transition.verb in _MOMENTS:
        times.mark(incident, _MOMENTS[transition.verb], at=at, by=by)
    for phase, status in _PHASES.get(transition.verb, ()):
        phases.advance(incident, phase, status, at=at)
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.STATE,
        text=_words(passage),
        by=by,
        at=at,
        data={
            "from": passage.source,
            "to": passage.target,
            "verb": passage.verb,
            "reason": reason,
            "overridden": passage.overridden,
            "passage": passage.pk,
        },
    )
    _tell(incident, passage, by=by, at=at)
    return passage


def _start_clocks(incident: Incident, verb: str, at: datetime) -> None:
    if verb == RECOVER:
        incident.watch_until_at = at + timedelta(minutes=WATCHING.get(incident.severity, 30))
        incident.baseline_confirmed_by, incident.baseline_confirmed_at, incident.baseline_note = None, None, ""
    if verb in {SLIP_BACK, REOPEN}:
        _forget_recovery(incident)
    if not incident.is_active:
        incident.next_update_due_at = None
    elif incident.next_update_due_at is None and (duties := duties_of(incident, at)) is not None:
        incident.next_update_due_at = at + timedelta(minutes=duties.update_minutes)


def _forget_recovery(incident: Incident) -> None:
    """What was asked and confirmed was about a recovery that did not last; the history keeps it."""
    incident.watch_until_at = None
    incident.recovery_asked_by, incident.recovery_asked_at, incident.recovery_note = None, None, ""
    incident.baseline_confirmed_by, incident.baseline_confirmed_at, incident.baseline_note = None, None, ""


def _words(passage: Passage) -> str:
    text = _("%(source)s → %(target)s.") % {
        "source": State(passage.source).label,
        "target": State(passage.target).label,
    }
    if passage.overridden:
        text += " " + ngettext(
            "%(count)d condition was overridden: %(conditions)s",
            "%(count)d conditions were overridden: %(conditions)s",
            len(passage.overridden),
        ) % {"count": len(passage.overridden), "conditions": " ".join(passage.overridden)}
    return f"{text} {passage.reason}".strip()


def _tell(incident: Incident, passage: Passage, *, by: User, at: datetime) -> None:
    """Mail for where work ends or begins again; the steps between are on the page and among the notices."""
    state = State(incident.state)
    tell_people(
        incident,
        [*holders_in(incident), *owners_of(incident)],
        event=f"passage-{passage.pk}",
        subject=_("%(incident)s: %(state)s") % {"incident": incident.reference, "state": state.label},
        body=f"{incident.title}\n\n{_words(passage)}",
        at=at,
        by=by,
        by_mail=passage.verb == REOPEN or not incident.is_active,
    )
