"""Custom fields in the panel of filters: choices and people with their counts, numbers and days as ranges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.custom_ranges import BETWEEN
from registry.custom_values import UNSET
from registry.filters.counting import Counts
from registry.filters.custom import FROM, TO
from registry.filters.options import Names, Option, largest, own_label
from registry.models import CustomField
from registry.models.custom_fields import RANGES

MOST = 12


@dataclass(frozen=True)
class OwnFacet:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class OwnRange:
    """The two ends as they are now, and the parameters that a form sends them by."""

    label: str
    kind: str
    first_name: str
    last_name: str
    first: str
    last: str


def own_facets(
    own: Mapping[str, CustomField], counts: Counts, params: Mapping[str, Sequence[str]], known: Names
) -> list[OwnFacet]:
    """Choices in their own order, people by how often; `none` last, where something has none."""
    return [
        OwnFacet(name, field.name, _options(field, counts.facets.get(name, {}), params.get(name, ()), known))
        for name, field in own.items()
        if field.is_facet
    ]


def _options(field: CustomField, counted: Mapping[str, int], on: Sequence[str], known: Names) -> list[Option]:
    usual = field.choices or [value for value in largest(counted, MOST) if value != UNSET]
    values = [*usual, *(value for value in on if value not in usual and value != UNSET)]
    values += [UNSET] if counted.get(UNSET) or UNSET in on else []
    return [Option(v, own_label(field, v, known), counted.get(v, 0), v in on) for v in values]


def own_ranges(own: Mapping[str, CustomField], params: Mapping[str, Sequence[str]]) -> list[OwnRange]:
    found = []
    for name, field in own.items():
        if field.is_filter and field.kind in RANGES:
            first, between, last = (params.get(name) or [""])[-1].partition(BETWEEN)
            ends = ("", "") if first == UNSET else (first, last if between else first)
            found.append(OwnRange(field.name, field.kind, f"{name}{FROM}", f"{name}{TO}", *ends))
    return found


def left_out(own: Mapping[str, CustomField]) -> list[str]:
    """Parameters that the forms of the panel send themselves."""
    return [name for name, field in own.items() if field.is_facet]
