"""The severity scale as data with an owner: what each level sets in motion. Agreed before the incident, versioned.

Times: `response_minutes` from declaration to a lead at work; `update_minutes` between internal updates;
`review_days` in calendar days after the incident is resolved. The defaults follow the source papers: at once and
containment before diagnosis for SEV-1, the same day and degrade for SEV-2, a few days and watch for SEV-3.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled
from registry.placed import Problem, has_exactly, in_words, is_count, is_one_of, is_text
from registry.responsible import Called
from registry.severities import Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ExternalCommunication(Labelled):
    OWED_IF_REACHED_USERS = "OWED_IF_REACHED_USERS", gettext_lazy("Owed if it reached users")
    DECIDE = "DECIDE", gettext_lazy("To be decided and recorded")
    NOT_OWED = "NOT_OWED", gettext_lazy("Not owed")


DEFAULT_SCALE: Final[Mapping[str, Any]] = {
    "levels": {
        "SEV-1": {
            "meaning": "Serious harm or its likelihood, exploitation, or harm that cannot be undone.",
            "response_minutes": 15,
            "called": ["LEAD", "TECHNICAL", "BUSINESS", "LEGAL", "COMMUNICATIONS", "SECURITY", "EXECUTIVE"],
            "containment_first": True,
            "containment_default": "Contain before you diagnose. Use the kill switch first and narrow it later.",
            "update_minutes": 30,
            "external_communication": "OWED_IF_REACHED_USERS",
            "review_required": True,
            "review_days": 5,
        },
        "SEV-2": {
            "meaning": "Material but recoverable, limited customers, a regulator asking, or unsure.",
            "response_minutes": 240,
            "called": ["LEAD", "TECHNICAL", "BUSINESS", "LEGAL"],
            "containment_first": False,
            "containment_default": "Degrade to something simpler and safe, and keep diagnosing.",
            "update_minutes": 240,
            "external_communication": "DECIDE",
            "review_required": True,
            "review_days": 10,
        },
        "SEV-3": {
            "meaning": "A single case put right, a near miss worth a look, or an anomaly without confirmed harm.",
            "response_minutes": 4320,
            "called": ["LEAD", "BUSINESS"],
            "containment_first": False,
            "containment_default": "Watch. Name an owner, gather evidence, raise the severity if harm is confirmed.",
            "update_minutes": 1440,
            "external_communication": "NOT_OWED",
            "review_required": False,
            "review_days": None,
        },
    },
}


@dataclass(frozen=True)
class Duties:
    """One level of a scale, read."""

    meaning: str
    response_minutes: int
    called: tuple[Called, ...]
    containment_first: bool
    containment_default: str
    update_minutes: int
    external_communication: ExternalCommunication
    review_required: bool
    review_days: int | None


def duties(scale: Mapping[str, Any], severity: Severity) -> Duties:
    """What `severity` sets in motion, by a scale that `validate` finds nothing wrong with."""
    level = scale["levels"][severity.value]
    return Duties(
        meaning=level["meaning"],
        response_minutes=level["response_minutes"],
        called=tuple(Called(role) for role in level["called"]),
        containment_first=level["containment_first"],
        containment_default=level["containment_default"],
        update_minutes=level["update_minutes"],
        external_communication=ExternalCommunication(level["external_communication"]),
        review_required=level["review_required"],
        review_days=level["review_days"],
    )


def communication_owed(level: Duties, *, reached_users: bool) -> bool:
    """Whether telling people outside is owed by default; not telling them then needs a recorded decision."""
    return level.external_communication is ExternalCommunication.OWED_IF_REACHED_USERS and reached_users


def validate(scale: object) -> list[str]:
    """Everything wrong with a scale, in words; an empty list means `duties` can read every level."""
    return in_words(problems(scale))


def problems(scale: object) -> Iterator[Problem]:
    """The same, each with its place. A scale that leaves out a level is not total, and refused."""
    levels = scale.get("levels") if isinstance(scale, Mapping) else None
    if not isinstance(levels, Mapping):
        yield Problem((), _("A severity scale must be an object with its levels."))
        return
    if not has_exactly(levels, list(Severity)):
        yield Problem(("levels",), _("The severity scale must describe exactly SEV-1, SEV-2 and SEV-3."))
        return
    found = [problem for name in Severity for problem in _level(name.value, levels[name.value])]
    yield from found or _order({severity.value: levels[severity.value] for severity in Severity})


def _level(name: str, level: object) -> Iterator[Problem]:
    if not isinstance(level, Mapping) or not has_exactly(level, Duties.__dataclass_fields__):
        names = ", ".join(Duties.__dataclass_fields__)
        yield Problem(("levels", name), _("must have exactly these fields: %(names)s.") % {"names": names}, name)
        return
    for field, (test, sentence) in _FIELDS.items():
        if not test(level[field]):
            yield Problem(("levels", name, field), sentence % {"name": field}, name)
    if _are_called(level["called"]) and Called.LEAD not in level["called"]:
        yield Problem(("levels", name, "called"), _("An incident lead must be called at every level."), name)
    yield from _review(name, level["review_required"], level["review_days"])


def _review(name: str, is_required: object, days: object) -> Iterator[Problem]:
    place = ("levels", name, "review_days")
    if is_required is True and not is_count(days, most=366):
        yield Problem(place, _("A review that is required needs a number of days from 1 to 366."), name)
    if is_required is False and days is not None:
        yield Problem(place, _("A review that is not required has no number of days."), name)


def _order(levels: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Worse must never mean slower: each level is compared with the milder one after it."""
    names = list(levels)
    for worse, milder in pairwise(names):
        for field, label in (("response_minutes", _("Time to respond")), ("update_minutes", _("Time between updates"))):
            if levels[worse][field] > levels[milder][field]:
                sentence = _("“%(name)s” must not be longer for a more severe level.") % {"name": label}
                yield Problem(("levels", worse, field), sentence)
        if levels[milder]["review_required"] and not levels[worse]["review_required"]:
            place = ("levels", worse, "review_required")
            yield Problem(place, _("A more severe level must not need less of a review."))


def _are_called(value: object) -> bool:
    return isinstance(value, list) and all(is_one_of(role, Called) for role in value)


def _is_answer(value: object) -> bool:
    return isinstance(value, bool)


_COUNT: Final = gettext_lazy("“%(name)s” must be a whole number above 0, of minutes in a year at most.")
_SENTENCE: Final = gettext_lazy("“%(name)s” must be a sentence.")
_ANSWER: Final = gettext_lazy("“%(name)s” must be yes or no.")
_FIELDS: Final[Mapping[str, tuple[Callable[[object], bool], "StrPromise"]]] = {
    "meaning": (is_text, _SENTENCE),
    "response_minutes": (is_count, _COUNT),
    "called": (_are_called, gettext_lazy("“called” must list people out of the roles in an incident.")),
    "containment_first": (_is_answer, _ANSWER),
    "containment_default": (is_text, _SENTENCE),
    "update_minutes": (is_count, _COUNT),
    "external_communication": (
        lambda value: is_one_of(value, ExternalCommunication),
        gettext_lazy("“external_communication” must be one of OWED_IF_REACHED_USERS, DECIDE, NOT_OWED."),
    ),
    "review_required": (_is_answer, _ANSWER),
}
