"""Asking people for evidence: the course of a request, and when it is chased. Pure."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.kernel.transitions import Table, Transition
from registry.labelled import Labelled

LEAST: Final = timedelta(minutes=15)
"""A request is this late at least before it goes up to the lead."""
UNGRADED: Final = timedelta(days=1)
"""For what has no severity: a near miss or a quality issue."""


class Status(Labelled):
    ASKED = "ASKED", _("Asked")
    ANSWERED = "ANSWERED", _("Answered, to be looked at")
    ACCEPTED = "ACCEPTED", _("Accepted")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Answer(Labelled):
    """What came back."""

    HANDED_IN = "HANDED_IN", _("Handed in")
    NONE = "NONE", _("There is none")
    CANNOT = "CANNOT", _("Cannot be had")


class Reminder(Labelled):
    """In the order in which they fall due; the first two go to the person asked, the last to the lead."""

    HALF = "HALF", _("Half the time has passed")
    DUE = "DUE", _("Due now")
    LATE = "LATE", _("Late")


def _row(verb: str, sources: tuple[Status, ...], target: Status, label: object) -> Transition:
    return Transition(verb, frozenset(sources), target, label)  # type: ignore[arg-type]


REQUESTS: Final = Table(
    "evidence request",
    states=list(Status),
    transitions=[
        _row("hand-in", (Status.ASKED, Status.ANSWERED), Status.ANSWERED, _("Hand in")),
        _row("answer", (Status.ASKED,), Status.ANSWERED, _("Say that there is none")),
        _row("fetch", (Status.ASKED,), Status.ACCEPTED, _("Hand in what a link leads to")),
        _row("accept", (Status.ANSWERED,), Status.ACCEPTED, _("Accept")),
        _row("send-back", (Status.ANSWERED,), Status.ASKED, _("Send back")),
        _row("hand-on", (Status.ASKED,), Status.ASKED, _("Hand on")),
        _row("withdraw", (Status.ASKED, Status.ANSWERED), Status.WITHDRAWN, _("Withdraw")),
    ],
    terminal=[Status.ACCEPTED, Status.WITHDRAWN],
    labels={status: status._label for status in Status},
)


def usual_due(asked_at: datetime, update_minutes: int | None) -> datetime:
    """One internal update later: what was asked for is news for it. `update_minutes` is the cadence that the severity
    sets; None where there is no severity.
    """
    return asked_at + (UNGRADED if update_minutes is None else max(timedelta(minutes=update_minutes), LEAST))


def reminders(asked_at: datetime, due_at: datetime) -> dict[Reminder, datetime]:
    """When each falls due. Up to the lead goes what is late by a quarter of the time given, `LEAST` at least."""
    given = due_at - asked_at
    return {
        Reminder.HALF: asked_at + given / 2,
        Reminder.DUE: due_at,
        Reminder.LATE: due_at + max(given / 4, LEAST),
    }


def owed(asked_at: datetime, due_at: datetime, *, made: int, now: datetime) -> list[Reminder]:
    """Reminders whose time has come, without the first `made`, which were given. Of several that were missed while
    nothing ran, the person asked gets the last, and the lead theirs.
    """
    passed = [each for each, moment in reminders(asked_at, due_at).items() if moment <= now][made:]
    return passed[1:] if Reminder.HALF in passed and Reminder.DUE in passed else passed


def next_at(asked_at: datetime, due_at: datetime, *, made: int) -> datetime | None:
    """When the reminder after the first `made` falls due; None after the last."""
    return dict(enumerate(reminders(asked_at, due_at).values())).get(made)


def due_so_far(asked_at: datetime, due_at: datetime, now: datetime) -> int:
    """How many reminders have fallen due."""
    return sum(moment <= now for moment in reminders(asked_at, due_at).values())
