"""The first hour as a procedure: four windows, what each asks for, what is late, what comes next. Pure.

Windows and their order follow the first-hour runbook of the incident-response paper: to minute 10 detect and classify,
to 20 contain, to 40 preserve evidence, to 60 stabilise and communicate. Where the severity says so, containment comes
before diagnosis: its steps are then the first, and due with the first window.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class Window(Labelled):
    CLASSIFY = "CLASSIFY", _("Detect and classify")
    CONTAIN = "CONTAIN", _("Contain")
    PRESERVE = "PRESERVE", _("Preserve evidence")
    STABILISE = "STABILISE", _("Stabilise and communicate")


class Step(Labelled):
    """In the order in which they are taken."""

    LEAD = "LEAD", _("A lead has accepted")
    WORKFLOW = "WORKFLOW", _("The workflow is named")
    SEVERITY = "SEVERITY", _("The severity is confirmed")
    CONTAINMENT = "CONTAINMENT", _("Containment is carried out")
    EFFECT = "EFFECT", _("Its effect is confirmed")
    PEOPLE = "PEOPLE", _("Everyone the severity calls has a name")
    STATE = "STATE", _("The governed state is frozen")
    EVIDENCE = "EVIDENCE", _("The minimum evidence is taken")
    UPDATE = "UPDATE", _("A first internal update is posted")
    OUTSIDE = "OUTSIDE", _("What is said outside is drafted or decided")
    NOTICES = "NOTICES", _("Notices to authorities are entered")
    FACTS = "FACTS", _("What we know is written down")


class Standing(Labelled):
    DONE = "DONE", _("Done")
    SET_ASIDE = "SET_ASIDE", _("Set aside")
    LATE = "LATE", _("Overdue")
    OPEN = "OPEN", _("Open")


ENDS: Final = {Window.CLASSIFY: 10, Window.CONTAIN: 20, Window.PRESERVE: 40, Window.STABILISE: 60}
"""Minutes after the declaration."""

_WINDOW: Final = {
    Step.LEAD: Window.CLASSIFY,
    Step.WORKFLOW: Window.CLASSIFY,
    Step.SEVERITY: Window.CLASSIFY,
    Step.CONTAINMENT: Window.CONTAIN,
    Step.EFFECT: Window.CONTAIN,
    Step.PEOPLE: Window.CONTAIN,
    Step.STATE: Window.PRESERVE,
    Step.EVIDENCE: Window.PRESERVE,
    Step.UPDATE: Window.STABILISE,
    Step.OUTSIDE: Window.STABILISE,
    Step.NOTICES: Window.STABILISE,
    Step.FACTS: Window.STABILISE,
}
_CONTAINING: Final = (Step.CONTAINMENT, Step.EFFECT)


@dataclass(frozen=True)
class Line:
    step: Step
    standing: Standing
    due_at: datetime

    @property
    def is_settled(self) -> bool:
        return self.standing in {Standing.DONE, Standing.SET_ASIDE}


@dataclass(frozen=True)
class Part:
    """One window with its lines; an empty one is left out of a plan."""

    window: Window
    begins_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Plan:
    parts: tuple[Part, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def late(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.standing is Standing.LATE)

    @property
    def settled(self) -> int:
        return sum(line.is_settled for line in self.lines)

    @property
    def next(self) -> Line | None:
        """What to do now: the first that is not settled, so the most overdue where anything is."""
        return next((line for line in self.lines if not line.is_settled), None)


def plan(
    *,
    began: datetime,
    now: datetime,
    contains_first: bool,
    done: Collection[Step],
    set_aside: Mapping[Step, object],
) -> Plan:
    """The procedure as it stands at `now`, `began` being the declaration. What is done is done, also if it had been
    set aside before.
    """
    parts, begins = [], began
    for window, minutes in ENDS.items():
        ends = began + timedelta(minutes=minutes)
        lines = tuple(
            Line(step, _standing(step, ends, now, done, set_aside), ends) for step in _steps(window, contains_first)
        )
        if lines:
            parts.append(Part(window, begins, ends, lines))
        begins = ends
    return Plan(tuple(parts))


def _steps(window: Window, contains_first: bool) -> tuple[Step, ...]:
    own = tuple(step for step in Step if _WINDOW[step] is window)
    if not contains_first:
        return own
    if window is Window.CLASSIFY:
        return (*_CONTAINING, *own)
    return tuple(step for step in own if step not in _CONTAINING)


def _standing(
    step: Step, due: datetime, now: datetime, done: Collection[Step], set_aside: Mapping[Step, object]
) -> Standing:
    if step in done:
        return Standing.DONE
    if step in set_aside:
        return Standing.SET_ASIDE
    return Standing.LATE if now > due else Standing.OPEN
