"""The facets of the list of gaps: each counts what it would show with every other filter as it is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from registry.capabilities import CAPABILITIES
from registry.filters.conditions import NOT_TIERED
from registry.filters.gaps import OWNER, Rows, filtered, keys_of, today
from registry.filters.options import Option
from registry.filters.workflows import TIER
from registry.gaps import GapState
from registry.models.capabilities import in_state
from registry.risk_areas import Area

MOST_PEOPLE = 20


def facets(request: HttpRequest) -> Mapping[str, list[Option]]:
    query = request.GET
    keys = _counts(_without(query, "capability", request), "capability")
    by_area = _counts(_without(query, "area", request), "capability")
    tiers = _counts(_without(query, "tier", request), "workflow__tier")
    areas = [(area.value, area.label, sum(by_area.get(key, 0) for key in keys_of(area))) for area in Area]
    capabilities = [(c.key, str(c.name), keys.get(c.key, 0)) for c in CAPABILITIES]
    return {
        "state": _options(query, "state", _states(request)),
        "tier": _options(
            query, "tier", [(v, str(label), tiers.get("" if v == NOT_TIERED else v, 0)) for v, label in TIER]
        ),
        "owner": _owners(request),
        "area": _options(query, "area", areas),
        "capability": _options(query, "capability", sorted(capabilities, key=lambda row: -row[2])),
    }


def _without(query: QueryDict, name: str, request: HttpRequest) -> Rows:
    rest = query.copy()
    rest.pop(name, None)
    found: Rows = filtered(rest, request).qs
    return found


def _counts(rows: Rows, field: str) -> dict[Any, int]:
    return {row[field]: row["n"] for row in rows.order_by().values(field).annotate(n=Count("pk"))}


def _states(request: HttpRequest) -> list[tuple[str, str, int]]:
    """Of all states, not only of what is missing."""
    query = request.GET.copy()
    query.setlist("state", list(GapState))
    rows = filtered(query, request).qs.order_by()
    counts = rows.aggregate(**{f"n_{state}": Count("pk", filter=in_state(state, today())) for state in GapState})
    return [(state.value, state.label, counts[f"n_{state}"]) for state in GapState]


def _owners(request: HttpRequest) -> list[Option]:
    """The reader, nobody, then the people with the most."""
    rows = _without(request.GET, "owner", request)
    counted = rows.order_by().values("owner", "owner__name").annotate(n=Count("pk")).order_by("-n", "owner__name")
    people = list(counted[:MOST_PEOPLE])
    chosen = request.GET.getlist("owner")
    special = {"me": getattr(request.user, "pk", None), "none": None}
    first = [
        Option(value, str(label), next((r["n"] for r in people if r["owner"] == special[value]), 0), value in chosen)
        for value, label in OWNER
    ]
    return first + [
        Option(str(r["owner"]), r["owner__name"], r["n"], str(r["owner"]) in chosen)
        for r in people
        if r["owner"] is not None
    ]


def _options(query: QueryDict, name: str, counted: list[tuple[str, str, int]]) -> list[Option]:
    """Values that would show nothing only when they are on."""
    chosen = query.getlist(name)
    return [Option(v, label, n, v in chosen) for v, label, n in counted if n or v in chosen or name == "state"]


def chips(request: HttpRequest, shown: Mapping[str, list[Option]]) -> list[tuple[str, str, str]]:
    """(filter, value, words) of what is on."""
    found = [(name, o.value, o.label) for name, options in shown.items() for o in options if o.is_selected]
    if request.GET.get("overdue") in ("true", "True", "1"):
        found.append(("overdue", request.GET["overdue"], _("Overdue")))
    return found
