"""What is typed into the search box of the register: words, and filters written as `tier:1` or `unit:"Claims"`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from registry.capabilities import CAPABILITIES

SINCE: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,3}d", re.ASCII)
"""A day, or so many days back: `2026-11-01`, `7d`."""

_PIECE: Final = re.compile(r'(?P<name>[^\W\d]\w*(?:\.\w+)?):(?P<value>"[^"]*"?|\S+)|(?P<words>"[^"]*"|\S+)')
_ANSWERS: Final = {"yes": "YES", "no": "NO", "unknown": "UNKNOWN"}
_GAPS: Final = {
    "yes": "open",
    "open": "open",
    "overdue": "overdue",
    "stale": "stale",
    "accepted": "accepted",
    "none": "none",
    "no": "none",
}


@dataclass(frozen=True)
class Token:
    """One filter by name: the parameter of the list it sets, and how typed values become stored ones."""

    parameter: str
    values: Mapping[str, str] = field(default_factory=dict)
    free: str = ""
    """The parameter that takes any other value; empty when only `values` make sense."""
    pattern: re.Pattern[str] | None = None
    """What a free value must look like."""

    def reads(self, value: str) -> tuple[str, str] | None:
        known = self.values.get(value.lower())
        if known is not None:
            return self.parameter, known
        if self.free and value and (self.pattern is None or self.pattern.fullmatch(value)):
            return self.free, value
        return None


TOKENS: Final[Mapping[str, Token]] = {
    "tier": Token(
        "tier",
        {"1": "T1", "2": "T2", "3": "T3", "4": "T4", "t1": "T1", "t2": "T2", "t3": "T3", "t4": "T4", "none": "NONE"},
    ),
    "stage": Token(
        "stage",
        {
            "proposed": "PROPOSED",
            "development": "DEVELOPMENT",
            "pilot": "PILOT",
            "production": "PRODUCTION",
            "retired": "RETIRED",
        },
    ),
    "owner": Token("owner", {"me": "me", "none": "none", "orphan": "orphan", "gone": "gone"}, free="owner_name"),
    "unit": Token("unit", {"none": "none"}, free="unit_name"),
    "vendor": Token("vendor", {"none": "none"}, free="vendor_name"),
    "impact": Token(
        "impact",
        {"rights": "RIGHTS", "safety": "SAFETY", "both": "BOTH", "neither": "NEITHER", "unknown": "UNKNOWN"},
    ),
    "public": Token("public", _ANSWERS),
    "personal": Token("personal", _ANSWERS),
    "review": Token("review", {"overdue": "overdue", "soon": "soon", "later": "later", "none": "none"}),
    "incident": Token("incident", {"open": "open", "yes": "open"}),
    "blind": Token("blind", {"yes": "yes", "no": "no"}),
    "watched": Token("watched", {"yes": "yes", "me": "yes", "no": "no"}),
    "gap": Token("gap", {**_GAPS, **{capability.key.lower(): capability.key for capability in CAPABILITIES}}),
    "ready": Token("ready", {"yes": "yes", "no": "no", "stale": "stale", "none": "none"}),
    "again": Token("again", {"yes": "yes", "no": "no"}),
    "gate": Token("gate", {"yes": "yes", "no": "no"}),
    "lacks": Token("lacks", {"seen": "seen", "stopped": "stopped", "explained": "explained", "improved": "improved"}),
    "drift": Token("drift", {"yes": "yes", "no": "no", "none": "none"}),
    "attestation": Token(
        "attestation",
        {"overdue": "overdue", "late": "overdue", "open": "open", "yes": "done", "done": "done", "never": "never"},
    ),
    "tag": Token("tag", free="tag"),
    "created": Token("created", free="created", pattern=SINCE),
    "changed": Token("changed", free="changed", pattern=SINCE),
}


@dataclass(frozen=True)
class Search:
    words: str
    filters: tuple[tuple[str, str], ...] = ()
    """(parameter of the list, value), in the order typed."""
    notes: tuple[str, ...] = ()
    """What was not understood, each as a sentence."""


def parse(text: str, own: Collection[str] = ()) -> Search:
    """Never refuses: what is no filter is searched for as words.

    `own` names filters of this installation, such as `field.region`; what their values mean is known elsewhere.
    """
    words: list[str] = []
    filters: list[tuple[str, str]] = []
    notes: list[str] = []
    for piece in _PIECE.finditer(text):
        name, value = piece["name"], (piece["value"] or "").strip('"').strip()
        if name is None:
            words.append(piece["words"])
            continue
        token = TOKENS.get(name.lower())
        read = token.reads(value) if token else _own(name.lower(), value, own)
        if read:
            filters.append(read)
            continue
        words.append(piece[0])
        notes.append(_not_understood(name, value, token))
    return Search(" ".join(words), tuple(dict.fromkeys(filters)), tuple(dict.fromkeys(notes)))


def _own(name: str, value: str, own: Collection[str]) -> tuple[str, str] | None:
    return (name, value) if name in own and value else None


def _not_understood(name: str, value: str, token: Token | None) -> str:
    if token is None:
        return _("No filter called %(name)s; searched for the words instead.") % {"name": name}
    if token.pattern is SINCE:
        return _(
            "%(name)s takes a day such as 2026-11-01 or a number of days such as 7d; searched for the words instead."
        ) % {"name": name}
    return _("%(name)s cannot be “%(value)s”; try %(known)s. Searched for the words instead.") % {
        "name": name,
        "value": value,
        "known": ", ".join(token.values) or _("a word"),
    }
