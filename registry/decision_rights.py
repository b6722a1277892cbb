"""Decision rights while an incident runs: which decision is whose, and who stands in when they cannot be reached.

The list of decisions is fixed, so that none is left without an owner; one decides, not a committee.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled
from registry.placed import Problem, has_exactly, in_words, is_one_of, is_text
from registry.responsible import Responsible


class Decision(Labelled):
    """In the order in which they come up."""

    SEVERITY = "SEVERITY", gettext_lazy("Raise or lower the severity")
    CONTAIN = "CONTAIN", gettext_lazy("Narrow, pause or degrade the workflow")
    STOP = "STOP", gettext_lazy("Stop the workflow altogether")
    ROLL_BACK = "ROLL_BACK", gettext_lazy("Roll back a surface")
    CUSTOMERS = "CUSTOMERS", gettext_lazy("Tell customers, or not")
    AUTHORITIES = "AUTHORITIES", gettext_lazy("Notify an authority, or not")
    RESUME = "RESUME", gettext_lazy("Return to normal operation")
    ACCEPT = "ACCEPT", gettext_lazy("Accept what stays open, or pass a gate unmet")


def _right(decides: str, stands_in: str, note: str) -> Mapping[str, str]:
    return {"decides": decides, "stands_in": stands_in, "note": note}


DEFAULT_RIGHTS: Final[Mapping[str, Any]] = {
    "decisions": {
        "SEVERITY": _right("LEAD", "RISK", "Raising is never wrong. Lowering needs a reason on record."),
        "CONTAIN": _right("LEAD", "TECHNICAL", "Whoever an option names may act first and tell the lead after."),
        "STOP": _right("RESPONDER", "LEAD", "No second signature: whatever lessens harm must not wait."),
        "ROLL_BACK": _right("TECHNICAL", "LEAD", "Freeze what the rollback would destroy before it."),
        "CUSTOMERS": _right("BUSINESS", "EXECUTIVE", "Legal and communications approve the words."),
        "AUTHORITIES": _right("RISK", "LEGAL", "A notice that is not owed is explained, not forgotten."),
        "RESUME": _right("LEAD", "BUSINESS", "Only when the criteria of the playbook are met."),
        "ACCEPT": _right("EXECUTIVE", "RISK", "By name, with a reason and a day it ends."),
    },
}


@dataclass(frozen=True)
class Right:
    decision: Decision
    decides: Responsible
    stands_in: Responsible
    note: str


def rights_of(definition: Mapping[str, Any]) -> tuple[Right, ...]:
    return tuple(
        Right(decision, Responsible(one["decides"]), Responsible(one["stands_in"]), one["note"])
        for decision in Decision
        for one in [definition["decisions"][decision.value]]
    )


def validate(definition: object) -> list[str]:
    return in_words(problems(definition))


def problems(definition: object) -> Iterator[Problem]:
    """Everything wrong, each with its place. A decision that is nobody's is refused."""
    decisions = definition.get("decisions") if isinstance(definition, Mapping) else None
    if not isinstance(decisions, Mapping) or not has_exactly(decisions, list(Decision)):
        names = ", ".join(Decision)
        yield Problem(("decisions",), _("Say for each of these who decides: %(names)s.") % {"names": names})
        return
    for decision in Decision:
        yield from _right_problems(decision, decisions[decision.value])


def _right_problems(decision: Decision, right: object) -> Iterator[Problem]:
    place, about = ("decisions", decision.value), decision.label
    if not isinstance(right, Mapping) or not has_exactly(right, ("decides", "stands_in", "note")):
        yield Problem(place, _("A decision has decides, stands_in and note."), about)
        return
    if not is_one_of(right["decides"], Responsible):
        yield Problem((*place, "decides"), _("Say who decides."), about)
    if not is_one_of(right["stands_in"], Responsible):
        yield Problem((*place, "stands_in"), _("Say who stands in."), about)
    elif right["stands_in"] == right["decides"]:
        yield Problem((*place, "stands_in"), _("Nobody stands in for themselves. Name somebody else."), about)
    if right["note"] != "" and not is_text(right["note"], most=500):
        yield Problem((*place, "note"), _("At most 500 characters."), about)
