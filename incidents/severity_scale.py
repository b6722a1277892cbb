"""The severity scale as data with an owner: what each level sets in motion. Agreed before the incident, versioned.

Times: `response_minutes` from declaration to a lead at work; `update_minutes` between internal updates;
`review_days` in calendar days after the incident is resolved. The defaults follow the source papers: at once and
containment before diagnosis for SEV-1, the same day and degrade for SEV-2, a few days and watch for SEV-3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.severity_inputs import Severity
from registry.labelled import Labelled


class Called(Labelled):
    """The roles in an incident that are filled as soon as it is declared at a level."""

    LEAD = "LEAD", gettext_lazy("Incident lead")
    TECHNICAL = "TECHNICAL", gettext_lazy("Technical lead")
    BUSINESS = "BUSINESS", gettext_lazy("Business owner")
    LEGAL = "LEGAL", gettext_lazy("Legal and compliance")
    COMMUNICATIONS = "COMMUNICATIONS", gettext_lazy("Communications")
    SECURITY = "SECURITY", gettext_lazy("Security")
    EXECUTIVE = "EXECUTIVE", gettext_lazy("Executive sponsor")


class ExternalCommunication(Labelled):
    OWED_IF_REACHED_USERS = "OWED_IF_REACHED_USERS", gettext_lazy("Owed if it reached users")
    DECIDE = "DECIDE", gettext_lazy("To be decided and recorded")
    NOT_OWED = "NOT_OWED", gettext_lazy("Not owed")


DEFAULT_SCALE: Final[Mapping[str, Any]] = {
    "version": "1",
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
    if not isinstance(scale, Mapping) or not isinstance(scale.get("levels"), Mapping):
        return [_("A severity scale must be an object with its levels.")]
    problems = []
    if not isinstance(scale.get("version"), str) or not scale["version"].strip():
        problems.append(_("The severity scale needs a version."))
    levels = scale["levels"]
    if set(levels) != {severity.value for severity in Severity}:
        return [*problems, _("The severity scale must describe exactly SEV-1, SEV-2 and SEV-3.")]
    for name, level in levels.items():
        problems += [f"{name}: {problem}" for problem in _level(level)]
    return problems or list(_order([levels[severity.value] for severity in Severity]))


def _level(level: object) -> Iterator[str]:
    if not isinstance(level, Mapping) or set(level) != set(Duties.__dataclass_fields__):
        yield _("must have exactly these fields: %(names)s.") % {"names": ", ".join(Duties.__dataclass_fields__)}
        return
    for test, names, sentence in _FIELDS:
        yield from (sentence % {"name": name} for name in names if not test(level[name]))
    if level["external_communication"] not in list(ExternalCommunication):
        yield _("“external_communication” must be one of %(names)s.") % {"names": ", ".join(ExternalCommunication)}
    yield from _people(level["called"])
    yield from _review(level["review_required"], level["review_days"])


def _people(called: object) -> Iterator[str]:
    if not isinstance(called, list) or any(role not in list(Called) for role in called):
        yield _("“called” must list people out of %(names)s.") % {"names": ", ".join(Called)}
    elif Called.LEAD not in called:
        yield _("An incident lead must be called at every level.")


def _review(is_required: object, days: object) -> Iterator[str]:
    if is_required is True and not _is_count(days):
        yield _("A review that is required needs a number of days above 0.")
    if is_required is False and days is not None:
        yield _("A review that is not required has no number of days.")


def _order(levels: list[Mapping[str, Any]]) -> Iterator[str]:
    for name in ("response_minutes", "update_minutes"):
        times = [level[name] for level in levels]
        if times != sorted(times):
            yield _("“%(name)s” must not be longer for a more severe level.") % {"name": name}
    required = [level["review_required"] for level in levels]
    if required != sorted(required, reverse=True):
        yield _("A more severe level must not need less of a review.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_answer(value: object) -> bool:
    return isinstance(value, bool)


_FIELDS: Final = (
    (_is_text, ("meaning", "containment_default"), gettext_lazy("“%(name)s” must be a sentence.")),
    (_is_count, ("response_minutes", "update_minutes"), gettext_lazy("“%(name)s” must be a whole number above 0.")),
    (_is_answer, ("containment_first", "review_required"), gettext_lazy("“%(name)s” must be yes or no.")),
)
