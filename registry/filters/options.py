"""The facets and chips of the register in words: every value with its label, its count and whether it is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.utils.translation import gettext as _

from registry.custom_values import UNSET, FieldKind
from registry.filters.conditions import RETIRED_SHOWN, numbers
from registry.filters.counting import Counts
from registry.filters.workflows import (
    AGAIN,
    AGAIN_CHOICES,
    ATTESTATION,
    BLIND,
    DRIFT,
    GAP,
    GAP_CHOICES,
    GATE,
    INCIDENT,
    LACKS,
    OWNER,
    READY,
    REVIEW,
    TIER,
    WATCHED,
    WorkflowFilterSet,
)
from registry.models import BusinessUnit, CustomField, User, Vendor
from registry.models.workflow_words import Answer, Impact, Stage

CHOICES: Mapping[str, Sequence[tuple[str, Any]]] = {
    "tier": TIER,
    "again": AGAIN,
    "stage": Stage.choices,
    "owner": OWNER,
    "review": REVIEW,
    "incident": INCIDENT,
    "blind": BLIND,
    "ready": READY,
    "gap": GAP,
    "drift": DRIFT,
    "attestation": ATTESTATION,
    "impact": Impact.choices,
    "public": Answer.choices,
    "personal": Answer.choices,
}
LABELS: Mapping[str, Sequence[tuple[str, Any]]] = {
    "gap": GAP_CHOICES,
    "again": AGAIN_CHOICES,
    "lacks": LACKS,
    "gate": GATE,
    "watched": WATCHED,
}
"""Of filters that are no facet, or that have more values than their facet."""
SHOWN = {"unit": 12, "vendor": 6, "tag": 10}
FOUND_MOST = 200

Names = Mapping[tuple[str, str], str]
"""(unit, vendor or owner; primary key) → name."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int | None
    """None where it was not counted."""
    is_selected: bool


@dataclass(frozen=True)
class Chip:
    name: str
    label: str
    values: str


def largest(counts: Mapping[str, int], most: int) -> list[str]:
    """The values with the most rows."""
    return sorted(counts, key=lambda value: (-counts[value], value))[:most]


def names(
    counts: Counts,
    params: Mapping[str, Sequence[str]],
    find: Mapping[str, str],
    own: Mapping[str, CustomField],
) -> Names:
    """Names of the units, vendors and people that the page mentions, in one query."""
    wanted = {
        kind: numbers([*largest(counts.facets.get(kind, {}), SHOWN.get(kind, 0)), *params.get(kind, ())])
        for kind in ("unit", "vendor", "owner")
    }
    for name in (name for name, field in own.items() if field.kind == FieldKind.PERSON):
        wanted["owner"] += numbers([*largest(counts.facets.get(name, {}), SHOWN["vendor"] * 2), *params.get(name, ())])
    units = BusinessUnit.objects.filter(_wanted(wanted["unit"], find.get("unit", "")))
    vendors = Vendor.objects.filter(_wanted(wanted["vendor"], find.get("vendor", "")))
    people = User.objects.filter(pk__in=wanted["owner"])
    nothing = Value("", CharField())
    found = (
        units.order_by()
        .values_list(Value("unit"), "pk", "name", F("parent__name"))[:FOUND_MOST]
        .union(vendors.order_by().values_list(Value("vendor"), "pk", "name", nothing)[:FOUND_MOST], all=True)
        .union(people.order_by().values_list(Value("owner"), "pk", "name", nothing), all=True)
    )
    return {(kind, str(pk)): f"{name} ({parent})" if parent else name for kind, pk, name, parent in found}


def _wanted(keys: Sequence[int], find: str) -> Q:
    return Q(pk__in=keys) | Q(name__icontains=find) if find else Q(pk__in=keys)


def options(name: str, counts: Counts, params: Mapping[str, Sequence[str]]) -> list[Option]:
    """Of a facet with few values: all of them, in their own order."""
    chosen, counted = params.get(name, ()), counts.facets.get(name, {})
    without = None if name in counts.uncounted else 0
    return [Option(value, str(label), counted.get(value, without), value in chosen) for value, label in CHOICES[name]]


def found_options(
    name: str, counts: Counts, params: Mapping[str, Sequence[str]], known: Names, find: str = ""
) -> list[Option]:
    """Of a facet with many values: the chosen ones, then the most frequent, or those with `find` in their name."""
    chosen, counted = list(params.get(name, ())), counts.facets.get(name, {})
    candidates = {
        value: rows for value, rows in counted.items() if name == "tag" or value == "none" or (name, value) in known
    }
    if find:
        candidates = {
            value: counted.get(value, 0)
            for kind, value in known
            if kind == name and find.casefold() in known[(kind, value)].casefold()
        }
    shown = [*chosen, *(value for value in largest(candidates, SHOWN[name]) if value not in chosen)]
    return [
        Option(value, label_of(name, value, known), counted.get(value, 0), value in chosen)
        for value in sorted(shown, key=lambda value: -counted.get(value, 0))
    ]


def label_of(name: str, value: str, known: Names) -> str:
    if (name, value) in known:
        return known[(name, value)]
    if name in ("unit", "vendor") and value == "none":
        return _("Not set")
    if name in ("unit", "vendor", "owner") and value.isdigit():
        return _("Unknown (%(number)s)") % {"number": value}
    if name in LABELS:
        return str(dict(LABELS[name]).get(value, value))
    return str(dict(CHOICES.get(name, ())).get(value, value))


def own_label(field: CustomField, value: str, known: Names) -> str:
    """A value of a custom field's filter."""
    if value == UNSET:
        return _("Not set")
    if field.kind != FieldKind.PERSON:
        return value
    if value == "me":
        return _("Me")
    return known.get(("owner", value), _("Unknown (%(number)s)") % {"number": value} if value.isdigit() else value)


def chips(filters: WorkflowFilterSet, params: Mapping[str, Sequence[str]], known: Names) -> list[Chip]:
    """One chip for each filter in use, in the order of the filters."""
    found = [
        Chip(name, str(filters.filters[name].label), ", ".join(_told(filters, name, params[name], known)))
        for name in filters.filters
        if params.get(name) and name != "retired"
    ]
    if "stage" not in params:
        is_shown = RETIRED_SHOWN in params.get("retired", ())
        found.append(Chip("retired", _("Retired"), _("shown") if is_shown else _("hidden")))
    return found


def _told(filters: WorkflowFilterSet, name: str, values: Sequence[str], known: Names) -> list[str]:
    field = filters.own.get(name)
    return [own_label(field, v, known) if field else _short(name, v, known) for v in values]


def _short(name: str, value: str, known: Names) -> str:
    """On a chip the tier is its symbol alone."""
    return value if name == "tier" and value != "NONE" else label_of(name, value, known)
