"""How many gaps stand behind each value of each filter: rolled up once to their combinations, then summed here."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Value
from django.http import HttpRequest

from registry.capabilities import CAPABILITIES
from registry.filters.conditions import NOT_TIERED
from registry.filters.gaps import GapFilter, Rows, filtered, today
from registry.gaps import GapState
from registry.models import CapabilityRecord, Stage, User
from registry.models.capabilities import MAY_BE_OPEN, in_state

FACETS = ("state", "tier", "owner", "area", "capability")
AREA_OF = {capability.key: capability.area.value for capability in CAPABILITIES}
MISSING = (GapState.OVERDUE, GapState.GAP, GapState.STALE)
MOST_PEOPLE = 20
Combination = Mapping[str, Any]


@dataclass
class Counts:
    """`facets`: facet → value → rows, each with every other filter as it is; `people` those with the most."""

    total: int = 0
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    people: list[tuple[User, int]] = field(default_factory=list)


def count(request: HttpRequest) -> Counts:
    form = filtered(request.GET, request)
    base = _without_facets(request)
    asked = form.form.cleaned_data if form.form.is_valid() else {}
    shows_met = GapState.MET in (asked.get("state") or MISSING)
    passes = _passes(asked)
    counts = Counts(facets={name: Counter() for name in FACETS})
    rows = base if shows_met else base.filter(MAY_BE_OPEN).exclude(in_state(GapState.MET, today()))
    for combination in _combinations(rows, _owner(form, request), request):
        failed = [name for name in FACETS if not passes[name](combination)]
        number = combination["n"]
        if not failed:
            counts.total += number
        for name in FACETS if not failed else failed if len(failed) == 1 else ():
            for value in _values(name, combination):
                counts.facets[name][value] += number
    if not shows_met and (met := _all_states(request, form.form.is_valid()) - sum(counts.facets["state"].values())):
        counts.facets["state"][GapState.MET] = met
    counts.people = _people(_filtered_without(request, "owner"))
    return counts


def _without_facets(request: HttpRequest) -> Rows:
    """Every state, so that each can be counted."""
    query = request.GET.copy()
    for name in FACETS:
        query.pop(name, None)
    query.setlist("state", list(GapState))
    rows: Rows = filtered(query, request).qs
    return rows


def _all_states(request: HttpRequest, is_valid: bool) -> int:
    """How many pass every filter but that of the state.

    Nearly all are met. Where those are not shown only their number is wanted, which is had fastest without asking each
    for its workflow: the few of retired ones are counted apart.
    """
    query = request.GET.copy()
    for name in () if is_valid else FACETS:  # what is not understood narrows nothing
        query.pop(name, None)
    query.setlist("state", list(GapState))
    required = CapabilityRecord.objects.required()
    kinds = (required, required.filter(workflow__stage=Stage.RETIRED))
    every, of_retired = (int(GapFilter(query, rows, request=request).qs.count()) for rows in kinds)
    return every - of_retired


def _filtered_without(request: HttpRequest, name: str) -> Rows:
    query = request.GET.copy()
    query.pop(name, None)
    rows: Rows = filtered(query, request).qs
    return rows


def _owner(form: Any, request: HttpRequest) -> Q | None:
    """What the filter of owners that is on asks for; nothing when none is on."""
    wanted = form.form.cleaned_data.get("owner") if form.form.is_valid() else None
    return form.owned_by(wanted) if wanted else None


def _combinations(rows: Rows, owner: Q | None, request: HttpRequest) -> Iterator[Combination]:
    """By columns of few values and by truths: of these the database knows how few combinations there will be."""
    columns: dict[str, Any] = {
        "v_tier": F("workflow__tier"),
        "v_key": F("capability"),
        "v_mine": _truth(Q(owner=request.user.pk)),
        "v_nobody": _truth(Q(owner__isnull=True)),
        "v_owned": _truth(owner) if owner is not None else Value(True),
        **{f"is_{state}": _truth(in_state(state, today())) for state in GapState if state != GapState.GAP},
    }
    found: Any = rows.order_by().annotate(**columns).values(*columns).annotate(n=Count("pk"))
    for row in found:
        yield {**row, "v_state": next((state for state in GapState if row.get(f"is_{state}")), GapState.GAP)}


def _passes(asked: Mapping[str, Any]) -> dict[str, Callable[[Combination], bool]]:
    states = asked.get("state") or MISSING
    tiers = ["" if tier == NOT_TIERED else tier for tier in asked.get("tier") or ()]
    areas, keys = asked.get("area") or (), asked.get("capability") or ()
    return {
        "state": lambda row: row["v_state"] in states,
        "tier": lambda row: not tiers or row["v_tier"] in tiers,
        "owner": lambda row: row["v_owned"],
        "area": lambda row: not areas or AREA_OF.get(row["v_key"]) in areas,
        "capability": lambda row: not keys or row["v_key"] in keys,
    }


def _values(facet: str, row: Combination) -> list[str]:
    if facet == "owner":
        return [value for value, holds in (("me", row["v_mine"]), ("none", row["v_nobody"])) if holds]
    if facet == "area":
        return [AREA_OF[row["v_key"]]] if row["v_key"] in AREA_OF else []
    return [{"state": row["v_state"], "tier": row["v_tier"] or NOT_TIERED, "capability": row["v_key"]}[facet]]


def _people(rows: Rows) -> list[tuple[User, int]]:
    """Those with the most, by name among equals."""
    counted = rows.exclude(owner=None).order_by().values("owner").annotate(n=Count("pk")).order_by("-n", "owner")
    numbers = {row["owner"]: row["n"] for row in counted[:MOST_PEOPLE]}
    found = User.objects.filter(pk__in=numbers)
    return sorted(((person, numbers[person.pk]) for person in found), key=lambda pair: (-pair[1], pair[0].name))


def _truth(part: Q) -> Any:
    return ExpressionWrapper(part, output_field=BooleanField())
