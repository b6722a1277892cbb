"""The facets of the list of gaps in words: each value with what it would show with every other filter as it is."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from registry.capabilities import CAPABILITIES
from registry.filters.gap_counts import Counts
from registry.filters.gaps import OWNER
from registry.filters.options import Option
from registry.filters.workflows import TIER
from registry.gaps import GapState
from registry.risk_areas import Area


def facets(query: QueryDict, counts: Counts) -> Mapping[str, list[Option]]:
    found = counts.facets
    capabilities = sorted(CAPABILITIES, key=lambda capability: -found["capability"][capability.key])
    return {
        "state": _options(query, "state", ((state.value, state.label) for state in GapState), counts),
        "tier": _options(query, "tier", TIER, counts),
        "owner": _owners(query, counts),
        "area": _options(query, "area", ((area.value, area.label) for area in Area), counts),
        "capability": _options(query, "capability", ((c.key, c.name) for c in capabilities), counts),
    }


def _owners(query: QueryDict, counts: Counts) -> list[Option]:
    """The reader, nobody, then the people with the most."""
    chosen = query.getlist("owner")
    first = [Option(value, str(label), counts.facets["owner"][value], value in chosen) for value, label in OWNER]
    return first + [Option(str(p.pk), p.name, number, str(p.pk) in chosen) for p, number in counts.people]


def _options(query: QueryDict, name: str, values: Iterable[tuple[str, object]], counts: Counts) -> list[Option]:
    """Values that would show nothing only when they are on."""
    chosen, counted = query.getlist(name), counts.facets[name]
    return [
        Option(value, str(label), counted[value], value in chosen)
        for value, label in values
        if counted[value] or value in chosen or name == "state"
    ]


def chips(request: HttpRequest, shown: Mapping[str, list[Option]]) -> list[tuple[str, str, str]]:
    """(filter, value, words) of what is on."""
    found = [(name, o.value, o.label) for name, options in shown.items() for o in options if o.is_selected]
    if request.GET.get("overdue") in ("true", "True", "1"):
        found.append(("overdue", request.GET["overdue"], _("Overdue")))
    return found
