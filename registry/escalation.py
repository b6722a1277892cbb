"""Escalation paths: for each severity a ladder of who is told, how long after the declaration, and by what.

A ladder only ever leads on. Whoever stands on it twice would send the word round in a circle, so that nobody new
hears of it: that is refused. Times are minutes from the declaration, for as long as nobody has answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled
from registry.placed import Problem, has_exactly, in_words, is_count, is_one_of
from registry.responsible import Responsible
from registry.severities import Severity

MOST_STEPS: Final = 10
LONGEST_MINUTES: Final = 60 * 24 * 14


class Channel(Labelled):
    CALL = "CALL", gettext_lazy("Telephone")
    PAGE = "PAGE", gettext_lazy("Pager")
    MESSAGE = "MESSAGE", gettext_lazy("Message")
    MAIL = "MAIL", gettext_lazy("E-mail")


def _step(role: str, after_minutes: int, by: str) -> Mapping[str, Any]:
    return {"role": role, "person": None, "after_minutes": after_minutes, "by": by}


DEFAULT_PATHS: Final[Mapping[str, Any]] = {
    "levels": {
        "SEV-1": [
            _step("RESPONDER", 0, "PAGE"),
            _step("TECHNICAL", 5, "CALL"),
            _step("BUSINESS", 15, "CALL"),
            _step("DEPUTY", 20, "CALL"),
            _step("RISK", 30, "CALL"),
            _step("EXECUTIVE", 45, "CALL"),
        ],
        "SEV-2": [
            _step("RESPONDER", 0, "PAGE"),
            _step("TECHNICAL", 60, "CALL"),
            _step("BUSINESS", 240, "CALL"),
            _step("RISK", 480, "MESSAGE"),
        ],
        "SEV-3": [
            _step("BUSINESS", 0, "MESSAGE"),
            _step("DEPUTY", 1440, "MESSAGE"),
            _step("RISK", 4320, "MAIL"),
        ],
    },
}


@dataclass(frozen=True)
class Step:
    """One rung. Exactly one of `role` and `person` (a number) is set."""

    role: Responsible | None
    person: int | None
    after_minutes: int
    by: Channel


def ladder(paths: Mapping[str, Any], severity: Severity) -> tuple[Step, ...]:
    """The path of one severity, by paths that `validate` finds nothing wrong with."""
    return tuple(
        Step(
            role=Responsible(step["role"]) if step["role"] else None,
            person=step["person"],
            after_minutes=step["after_minutes"],
            by=Channel(step["by"]),
        )
        for step in paths["levels"][severity.value]
    )


def people_in(paths: Mapping[str, Any]) -> set[int]:
    """Numbers of the people named in any path."""
    return {step["person"] for steps in paths["levels"].values() for step in steps if step["person"]}


def validate(paths: object) -> list[str]:
    return in_words(problems(paths))


def problems(paths: object) -> Iterator[Problem]:
    """Everything wrong, each with its place. A severity without a step is not total, and refused."""
    levels = paths.get("levels") if isinstance(paths, Mapping) else None
    if not isinstance(levels, Mapping) or not has_exactly(levels, list(Severity)):
        yield Problem(("levels",), _("Give a path for each of SEV-1, SEV-2 and SEV-3."))
        return
    for severity in Severity:
        yield from _path(severity.value, levels[severity.value])


def _path(name: str, steps: object) -> Iterator[Problem]:
    if not isinstance(steps, list) or not steps:
        yield Problem(("levels", name), _("This severity has no step: nobody would be told."), name)
        return
    if len(steps) > MOST_STEPS:
        yield Problem(("levels", name), _("At most %(most)d steps.") % {"most": MOST_STEPS}, name)
        return
    wrong = [problem for number, step in enumerate(steps) for problem in _fields(name, number, step)]
    yield from wrong or _circles_and_times(name, steps)


def _fields(name: str, number: int, step: object) -> Iterator[Problem]:
    place, about = ("levels", name, number), f"{name}, {number + 1}"
    if not isinstance(step, Mapping) or not has_exactly(step, ("role", "person", "after_minutes", "by")):
        yield Problem(place, _("A step has role, person, after_minutes and by."), about)
        return
    role, person = step["role"], step["person"]
    is_role, is_person = is_one_of(role, Responsible), is_count(person, most=2**62)
    if not (is_role and person is None) and not (is_person and role is None):
        yield Problem((*place, "to"), _("Name one role or one person."), about)
    if not is_count(step["after_minutes"], least=0, most=LONGEST_MINUTES):
        yield Problem((*place, "after_minutes"), _("Whole minutes, from 0 to two weeks."), about)
    if not is_one_of(step["by"], Channel):
        yield Problem((*place, "by"), _("Say how they are told: CALL, PAGE, MESSAGE or MAIL."), about)


def _circles_and_times(name: str, steps: list[Mapping[str, Any]]) -> Iterator[Problem]:
    first: dict[tuple[Any, Any], int] = {}
    for number, step in enumerate(steps):
        place, about = ("levels", name, number), f"{name}, {number + 1}"
        target = (step["role"], step["person"])
        if target in first:
            sentence = _("Goes round in a circle: this is step %(first)d again, and nobody new would hear of it.")
            yield Problem((*place, "to"), sentence % {"first": first[target] + 1}, about)
        first.setdefault(target, number)
        if number and step["after_minutes"] < steps[number - 1]["after_minutes"]:
            yield Problem((*place, "after_minutes"), _("Earlier than the step before it."), about)
