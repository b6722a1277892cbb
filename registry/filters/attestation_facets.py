"""The facets of a campaign's list: each counts what it would show with every other filter as it is."""

from collections.abc import Mapping

from django.db.models import Count
from django.http import HttpRequest, QueryDict

from registry.filters.attestations import ASKED, LATE, STATES, Rows, filtered, in_state
from registry.filters.conditions import NOT_TIERED
from registry.filters.options import Option
from registry.filters.workflows import TIER
from registry.models import AttestationCampaign

MOST_PEOPLE = 20


def facets(request: HttpRequest, campaign: AttestationCampaign) -> Mapping[str, list[Option]]:
    query, rows = request.GET, campaign.attestations.all()

    def without(name: str) -> Rows:
        rest = query.copy()
        rest.pop(name, None)
        found: Rows = filtered(rest, rows, request).qs.order_by()
        return found

    return {
        "state": _states(query, without("state")),
        "tier": _tiers(query, without("tier")),
        "asked": _people(request, without("asked")),
    }


def chips(request: HttpRequest, facets: Mapping[str, list[Option]]) -> list[tuple[str, str, str]]:
    """Name, value and label of each filter in use that is a choice."""
    return [(name, o.value, o.label) for name, options in facets.items() for o in options if o.is_selected]


def _states(query: QueryDict, rows: Rows) -> list[Option]:
    chosen = query.getlist("state")
    counts = rows.aggregate(**{f"n_{state}": Count("pk", filter=in_state(state)) for state, _label in STATES})
    options = [Option(state, str(label), counts[f"n_{state}"], state in chosen) for state, label in STATES]
    return [option for option in options if option.count or option.is_selected or option.value == LATE]


def _tiers(query: QueryDict, rows: Rows) -> list[Option]:
    chosen = query.getlist("tier")
    counts = {row["workflow__tier"]: row["n"] for row in rows.values("workflow__tier").annotate(n=Count("pk"))}
    found = [
        Option(value, str(label), counts.get("" if value == NOT_TIERED else value, 0), value in chosen)
        for value, label in TIER
    ]
    return [option for option in found if option.count or option.is_selected]


def _people(request: HttpRequest, rows: Rows) -> list[Option]:
    """The reader, nobody, then the people with the most."""
    chosen = request.GET.getlist("asked")
    counted = rows.values("assignee", "assignee__name").annotate(n=Count("pk")).order_by("-n", "assignee__name")
    people = list(counted[:MOST_PEOPLE])
    special = {"me": getattr(request.user, "pk", None), "none": None}
    first = [
        Option(value, str(label), next((r["n"] for r in people if r["assignee"] == special[value]), 0), value in chosen)
        for value, label in ASKED
    ]
    return [option for option in first if option.count or option.is_selected] + [
        Option(str(r["assignee"]), r["assignee__name"], r["n"], str(r["assignee"]) in chosen)
        for r in people
        if r["assignee"] is not None and r["assignee"] != special["me"]
    ]
