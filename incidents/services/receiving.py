"""Containment confirmed by those who obey it: once every running instance has it, nobody needs to say so by hand."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.lifecycle import State
from incidents.models import ContainmentAction, Incident
from incidents.models.incidents import ACTIVE
from incidents.services import room
from incidents.services.carried_out import enter, found_again
from incidents.services.containment import occasion_of, settle
from registry.kernel.audit.context import acting
from registry.models import Restriction
from registry.reports.control import Arrival, arrivals, running_since
from registry.services import restrictions
from registry.services.containment import LONGEST_MINUTES, prove_by_receipt

Status = ContainmentAction.Status


def confirm_received(*, at: datetime) -> int:
    """Look at everything that is in force and not known to have arrived; how many have. Doing it twice changes nothing.

    What somebody broke the glass for has no incident; that it arrived is noted on it all the same.
    """
    rows = Restriction.objects.unconfirmed(seen_since=running_since(at)).select_related("action__incident")
    waiting = {each.pk: each for each in rows}
    arrived = {pk: arrival for pk, arrival in arrivals(waiting.values(), at=at).items() if arrival.is_everywhere}
    for pk, arrival in arrived.items():
        _take(waiting[pk], arrival, at=at)
    return len(arrived)


def _take(restriction: Restriction, arrival: Arrival, *, at: datetime) -> None:
    action: ContainmentAction | None = getattr(restriction, "action", None)
    if action is None:
        with acting(reason=_words(arrival)):
            _note(restriction, arrival, at=at)
        return
    with room.entered(action.incident, by=action.executed_by, reason=_words(arrival)) as locked:
        found = found_again(action)
        if found.restriction is None or found.restriction.received_at is not None:
            return
        _note(found.restriction, arrival, at=at)
        if found.status == Status.EXECUTED and locked.state in {*ACTIVE, State.RESOLVED}:
            _confirm(locked, found, arrival, at=at)


def _confirm(incident: Incident, action: ContainmentAction, arrival: Arrival, *, at: datetime) -> None:
    action.status, action.proof, action.confirmed_at = Status.CONFIRMED, _words(arrival), at
    action.save()
    enter(incident, action, _("Confirmed effective: %(option)s. %(words)s"), words=action.proof, by=None, at=at)
    newest = action.option.proven_at
    seconds = arrival.seconds
    if seconds is not None and (newest is None or newest <= at):
        where = _("a restricted incident") if incident.is_restricted else incident.reference
        prove_by_receipt(
            action.option,
            at=at,
            how=_("%(words)s In %(incident)s.") % {"words": _words(arrival), "incident": where},
            minutes=min(ceil(seconds / 60), LONGEST_MINUTES),
            seconds=seconds,
            occasion=occasion_of(incident),
        )
    settle(incident, by=action.executed_by, at=at)


def _note(restriction: Restriction, arrival: Arrival, *, at: datetime) -> None:
    restrictions.note_received(
        restriction, at=arrival.everywhere_at or at, instances=len(arrival.running), reason=_words(arrival)
    )


def _words(arrival: Arrival) -> str:
    n = len(arrival.running)
    if arrival.seconds is None:
        return ngettext("The %(n)d instance that runs has it.", "All %(n)d instances that run have it.", n) % {"n": n}
    return ngettext(
        "Received by %(n)d of %(n)d instance after %(seconds).1f s.",
        "Received by %(n)d of %(n)d instances after %(seconds).1f s.",
        n,
    ) % {"n": n, "seconds": arrival.seconds}
