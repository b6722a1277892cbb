"""Communication rules: who outside the room is told at which severity, when that is owed, and who approves the words.

Settled beforehand, so that under stress nobody argues whether this one is the exception. `within_minutes` counts from
the moment the duty arises, which is when the severity is confirmed, or when it is known whom it reached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled
from registry.placed import Problem, has_exactly, in_words, is_count, is_one_of, is_text
from registry.responsible import Responsible
from registry.severities import Severity
from registry.severity_scale import ExternalCommunication, duties

MOST_RULES: Final = 15
LONGEST_MINUTES: Final = 60 * 24 * 60


class Audience(Labelled):
    """As the incident room addresses its messages."""

    CUSTOMERS = "CUSTOMERS", gettext_lazy("Customers")
    PARTNERS = "PARTNERS", gettext_lazy("Partners")
    REGULATOR = "REGULATOR", gettext_lazy("Regulator")
    PRESS = "PRESS", gettext_lazy("Press")
    STAFF = "STAFF", gettext_lazy("Staff")


class Owed(Labelled):
    ALWAYS = "ALWAYS", gettext_lazy("Always")
    IF_REACHED = "IF_REACHED", gettext_lazy("If it reached them")
    DECIDE = "DECIDE", gettext_lazy("Decided each time, with a reason")


def _rule(audience: str, levels: str, *, owed: str, within: int, approved_by: str, note: str) -> dict[str, Any]:
    return {
        "audience": audience,
        "levels": levels.split(),
        "owed": owed,
        "within_minutes": within,
        "approved_by": approved_by.split(),
        "note": note,
    }


DEFAULT_RULES: Final[Mapping[str, Any]] = {
    "rules": [
        _rule(
            "CUSTOMERS", "SEV-1", owed="IF_REACHED", within=240, approved_by="LEGAL COMMUNICATIONS",
            note="What happened, what it means for them, what was done, what they should do. No guesses at the cause.",
        ),
        _rule(
            "CUSTOMERS", "SEV-2", owed="DECIDE", within=1440, approved_by="LEGAL COMMUNICATIONS",
            note="Not telling them is a decision on record.",
        ),
        _rule(
            "REGULATOR", "SEV-1 SEV-2", owed="DECIDE", within=1440, approved_by="RISK LEGAL",
            note="Deadlines of the law come first; they stand among the obligations of the incident.",
        ),
        _rule(
            "PARTNERS", "SEV-1", owed="IF_REACHED", within=480, approved_by="BUSINESS LEGAL",
            note="Whoever passes our results on.",
        ),
        _rule(
            "PRESS", "SEV-1", owed="DECIDE", within=480, approved_by="EXECUTIVE COMMUNICATIONS",
            note="Only one voice speaks.",
        ),
        _rule(
            "STAFF", "SEV-1", owed="ALWAYS", within=60, approved_by="LEAD",
            note="Those who answer customers hear it before customers ask.",
        ),
        _rule("STAFF", "SEV-2 SEV-3", owed="DECIDE", within=1440, approved_by="LEAD", note="Stays inside otherwise."),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    audience: Audience
    levels: tuple[Severity, ...]
    owed: Owed
    within_minutes: int
    approved_by: tuple[Responsible, ...]
    note: str


def rules_of(definition: Mapping[str, Any]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            audience=Audience(rule["audience"]),
            levels=tuple(Severity(name) for name in rule["levels"]),
            owed=Owed(rule["owed"]),
            within_minutes=rule["within_minutes"],
            approved_by=tuple(Responsible(role) for role in rule["approved_by"]),
            note=rule["note"],
        )
        for rule in definition["rules"]
    )


def disagreements(definition: Mapping[str, Any], scale: Mapping[str, Any]) -> list[str]:
    """Where the severity scale says one thing about telling people outside, and these rules another."""
    found = []
    for severity in Severity:
        level = duties(scale, severity)
        customers = [rule for rule in rules_of(definition) if rule.audience is Audience.CUSTOMERS]
        owed = [rule.owed for rule in customers if severity in rule.levels]
        words = {"severity": severity.value, "scale": level.external_communication.label}
        if level.external_communication is ExternalCommunication.OWED_IF_REACHED_USERS and (
            not owed or Owed.DECIDE in owed
        ):
            found.append(
                _("%(severity)s: the scale says “%(scale)s”, these rules do not owe customers a word.") % words
            )
        if level.external_communication is ExternalCommunication.NOT_OWED and set(owed) - {Owed.DECIDE}:
            found.append(_("%(severity)s: the scale says “%(scale)s”, these rules owe customers a message.") % words)
    return found


def validate(definition: object) -> list[str]:
    return in_words(problems(definition))


def problems(definition: object) -> Iterator[Problem]:
    """Everything wrong, each with its place. A severity that no rule speaks of is not total, and refused."""
    rules = definition.get("rules") if isinstance(definition, Mapping) else None
    if not isinstance(rules, list) or not 0 < len(rules) <= MOST_RULES:
        yield Problem(("rules",), _("Give 1 to %(most)d rules.") % {"most": MOST_RULES})
        return
    wrong = [problem for number, rule in enumerate(rules) for problem in _rule_problems(number, rule)]
    yield from wrong or _together(rules)


def _rule_problems(number: int, rule: object) -> Iterator[Problem]:
    place, about = ("rules", number), _("Rule %(number)d") % {"number": number + 1}
    names = ("audience", "levels", "owed", "within_minutes", "approved_by", "note")
    if not isinstance(rule, Mapping) or not has_exactly(rule, names):
        yield Problem(place, _("A rule has exactly these fields: %(names)s.") % {"names": ", ".join(names)}, about)
        return
    for field, is_right, sentence in (
        ("audience", is_one_of(rule["audience"], Audience), _("Choose who is told.")),
        ("levels", _are(rule["levels"], Severity), _("Choose at least one severity, each once.")),
        ("owed", is_one_of(rule["owed"], Owed), _("Say when it is owed.")),
        (
            "within_minutes",
            is_count(rule["within_minutes"], most=LONGEST_MINUTES),
            _("Whole minutes, from 1 to sixty days."),
        ),
        ("approved_by", _are(rule["approved_by"], Responsible, most=2), _("One or two approve the words, each once.")),
        ("note", rule["note"] == "" or is_text(rule["note"], most=500), _("At most 500 characters.")),
    ):
        if not is_right:
            yield Problem((*place, field), sentence, about)


def _together(rules: list[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for number, rule in enumerate(rules):
        for level in rule["levels"]:
            pair = (rule["audience"], level)
            if pair in seen:
                words = {"audience": Audience(rule["audience"]).label, "severity": level, "first": seen[pair] + 1}
                sentence = _("%(audience)s at %(severity)s stand in rule %(first)d already.") % words
                yield Problem(("rules", number, "levels"), sentence, _("Rule %(number)d") % {"number": number + 1})
            seen.setdefault(pair, number)
    for severity in Severity:
        if not any(level == severity for _audience, level in seen):
            sentence = _("No rule speaks of %(severity)s. Say at least who inside is told.") % {
                "severity": severity.value
            }
            yield Problem(("rules",), sentence)


def _are(value: object, choices: type[Labelled], most: int = 20) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= most:
        return False
    return len({str(part) for part in value}) == len(value) and all(is_one_of(part, choices) for part in value)
