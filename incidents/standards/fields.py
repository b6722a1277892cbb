"""One field of a framework: what it says, how well that fits, where it comes from, and where to fill it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.standards.known import Known
from registry.labelled import Labelled


class Fit(Labelled):
    DIRECT = "DIRECT", gettext_lazy("Direct")
    PARTIAL = "PARTIAL", gettext_lazy("Partial")
    MISSING = "MISSING", gettext_lazy("Missing")


class Place(Labelled):
    """Where what is missing can be filled in."""

    FACTS = "FACTS", gettext_lazy("Facts")
    TIMES = "TIMES", gettext_lazy("Times")
    SEVERITY = "SEVERITY", gettext_lazy("Severity")
    WORKFLOW = "WORKFLOW", gettext_lazy("Workflow")
    WORKFLOWS = "WORKFLOWS", gettext_lazy("Affected workflows")
    EVIDENCE = "EVIDENCE", gettext_lazy("Evidence")
    CONTAINMENT = "CONTAINMENT", gettext_lazy("Containment")
    NOWHERE = "", gettext_lazy("Not kept here")


@dataclass(frozen=True)
class Field:
    """`key` is the name or number in the framework; `source` says in words what it was filled from.

    `hint` says of a missing field how to fill it, of a partial one why it is only partial.
    """

    key: str
    name: str
    value: Any
    fit: Fit
    source: str = ""
    hint: str = ""
    place: Place = Place.NOWHERE
    is_mandatory: bool = False


@dataclass(frozen=True)
class Tally:
    direct: int
    partial: int
    missing: int
    missing_mandatory: int


SOURCE_FACT: Final = gettext_lazy("Fact “%(label)s”")


def direct(key: str, name: str, value: Any, source: str, **more: Any) -> Field:
    """Missing where there is nothing to say."""
    return Field(key, name, value, Fit.DIRECT, source, **more) if value else missing(key, name, **more)


def partial(key: str, name: str, value: Any, source: str, **more: Any) -> Field:
    return Field(key, name, value, Fit.PARTIAL, source, **more) if value else missing(key, name, **more)


def missing(key: str, name: str, **more: Any) -> Field:
    return Field(key, name, None, Fit.MISSING, **more)


def from_fact(key: str, name: str, known: Known, *labels: str, words: Iterable[str] = (), **more: Any) -> Field:
    """Filled from a fact of the room. With `words` only one of them is a direct answer; others are kept as typed."""
    text = known.fact(*labels)
    asked = _("Enter a fact called “%(label)s”.") % {"label": labels[0]}
    if not text:
        return missing(key, name, place=Place.FACTS, hint=asked, **more)
    source = str(SOURCE_FACT) % {"label": labels[0]}
    allowed = {word.casefold(): word for word in words}
    if allowed and text.strip().casefold() not in allowed:
        hint = _("The framework knows: %(words)s.") % {"words": ", ".join(allowed.values())}
        return Field(key, name, text, Fit.PARTIAL, source, hint, Place.FACTS, **more)
    return Field(key, name, allowed.get(text.strip().casefold(), text), Fit.DIRECT, source, place=Place.FACTS, **more)


def tally(fields: Iterable[Field]) -> Tally:
    rows = list(fields)
    count = {fit: sum(row.fit == fit for row in rows) for fit in Fit}
    needed = sum(row.fit == Fit.MISSING and row.is_mandatory for row in rows)
    return Tally(count[Fit.DIRECT], count[Fit.PARTIAL], count[Fit.MISSING], needed)
