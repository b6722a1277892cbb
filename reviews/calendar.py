"""When an action item is chased, and who hears of it: reminders before, on and after the due date, without end.

A calendar is JSON: `{"version": text, "steps": [days from the due date, ...], "then_every_days": days,
"ladder": [{"rung", "joins_on_day"}, ...]}`. A rung that has joined stays on every later step.
All dates are calendar days in the organisation's time zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled


class Rung(Labelled):
    """The ladder, lowest first."""

    ASSIGNEE = "ASSIGNEE", gettext_lazy("Assignee")
    WORKFLOW_OWNER = "WORKFLOW_OWNER", gettext_lazy("Workflow owner")
    RISK = "RISK", gettext_lazy("Risk")
    EXECUTIVE = "EXECUTIVE", gettext_lazy("Executive")


DEFAULT_CALENDAR: Final[Mapping[str, Any]] = {
    "version": "1",
    "steps": [-7, -2, 0, 1, 3, 7],
    "then_every_days": 7,
    "ladder": [
        {"rung": "ASSIGNEE", "joins_on_day": -7},
        {"rung": "WORKFLOW_OWNER", "joins_on_day": 1},
        {"rung": "RISK", "joins_on_day": 3},
        {"rung": "EXECUTIVE", "joins_on_day": 7},
    ],
}


@dataclass(frozen=True)
class Step:
    """One notice owed. `key` is unique for one due date; a new due date starts the calendar again.

    `is_missed`: a later step has come too, so this one is recorded but nobody is told of it.
    `is_top`: the whole ladder has been climbed.
    """

    key: str
    days: int
    on_date: date
    rungs: tuple[Rung, ...]
    is_missed: bool
    is_top: bool

    @property
    def announce(self) -> bool:
        return not self.is_missed


def steps_due(due_date: date, today: date, calendar: Mapping[str, Any]) -> list[Step]:
    """Every step up to and including `today`, oldest first, whatever was sent before.

    Only the newest is to be announced, so after a pause of any length each person gets one mail, and its rungs
    include those of every step missed. The caller leaves out the keys it has already recorded for this due date:
    if the newest is among them, there is nothing to send.
    """
    elapsed = (today - due_date).days
    days = list(_until(calendar, elapsed))
    return [_step(due_date, step, calendar, is_missed=step != days[-1]) for step in days]


def next_step(due_date: date, today: date, calendar: Mapping[str, Any]) -> Step:
    """The first step after `today`; there always is one."""
    elapsed = (today - due_date).days
    days = next(step for step in _days(calendar) if step > elapsed)
    return _step(due_date, days, calendar, is_missed=False)


def step_key(days: int) -> str:
    return f"T{days:+d}" if days else "T"


def validate(calendar: object) -> list[str]:
    """Everything wrong with a calendar, in words; an empty list means it can be used for any date."""
    if not isinstance(calendar, Mapping):
        return [_("A calendar must be an object.")]
    problems = []
    if not isinstance(calendar.get("version"), str) or not calendar["version"].strip():
        problems.append(_("The calendar needs a version."))
    steps, every, ladder = (calendar.get(name) for name in ("steps", "then_every_days", "ladder"))
    problems += [*_steps_problems(steps), *_every_problems(every), *_ladder_shape(ladder)]
    return problems or list(_ladder_order(calendar))


def _days(calendar: Mapping[str, Any]) -> Iterator[int]:
    """The offsets of all steps from the due date, without end."""
    yield from calendar["steps"]
    last, every = calendar["steps"][-1], calendar["then_every_days"]
    yield from count(last + every, every)


def _until(calendar: Mapping[str, Any], elapsed: int) -> Iterator[int]:
    for days in _days(calendar):
        if days > elapsed:
            return
        yield days


def _step(due_date: date, days: int, calendar: Mapping[str, Any], *, is_missed: bool) -> Step:
    ladder = calendar["ladder"]
    rungs = tuple(Rung(entry["rung"]) for entry in ladder if entry["joins_on_day"] <= days)
    return Step(
        key=step_key(days),
        days=days,
        on_date=due_date + timedelta(days=days),
        rungs=rungs,
        is_missed=is_missed,
        is_top=len(rungs) == len(ladder),
    )


def _steps_problems(steps: object) -> Iterator[str]:
    if not isinstance(steps, list) or not steps or not all(_is_whole(step) for step in steps):
        yield _("“steps” must list whole days from the due date.")
        return
    if steps != sorted(set(steps)):
        yield _("“steps” must rise, each day once.")
    if not any(step <= 0 for step in steps):
        yield _("There must be a step on the due date or before it.")


def _every_problems(every: object) -> Iterator[str]:
    if not isinstance(every, int) or isinstance(every, bool) or every < 1:
        yield _("“then_every_days” must be a whole number of days above 0.")


def _ladder_shape(ladder: object) -> Iterator[str]:
    if not isinstance(ladder, list) or not ladder:
        yield _("The ladder needs at least one rung.")
        return
    for entry in ladder:
        if not isinstance(entry, Mapping) or set(entry) != {"rung", "joins_on_day"}:
            yield _("A rung of the ladder needs its name and the day it joins.")
        elif entry["rung"] not in list(Rung):
            yield _("“%(rung)s” is not a rung.") % {"rung": entry["rung"]}
        elif not _is_whole(entry["joins_on_day"]):
            yield _("The day “%(rung)s” joins must be a whole number.") % {"rung": entry["rung"]}


def _ladder_order(calendar: Mapping[str, Any]) -> Iterator[str]:
    rungs = [Rung(entry["rung"]) for entry in calendar["ladder"]]
    joins = [entry["joins_on_day"] for entry in calendar["ladder"]]
    if rungs != [rung for rung in Rung if rung in rungs] or joins != sorted(joins):
        yield _("The ladder must be climbed in order: %(rungs)s.") % {"rungs": ", ".join(r.label for r in Rung)}
    if joins[0] > calendar["steps"][0]:
        yield _("Someone must be told at the first step.")
    for rung, day in zip(rungs, joins, strict=True):
        if day not in set(_until(calendar, max(day, 0))):
            yield _("“%(rung)s” joins on a day that has no step.") % {"rung": rung.label}


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
