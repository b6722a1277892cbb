"""Numbers of the dashboard from the columns in memory, the same that `registry.filters.dashboard` counts in SQL."""

from collections.abc import Iterator, Mapping

from registry.filters.conditions import NOT_TIERED
from registry.filters.held.bits import any_of
from registry.filters.held.counting import Counting
from registry.filters.held.rows import NONE
from registry.models import BusinessUnit


def by_place(found: Counting) -> dict[tuple[str, str], int]:
    """(tier, stage) → workflows."""
    facets = found.columns.facets
    crossed = {
        ("" if tier == NOT_TIERED else tier, stage): (of_tier & of_stage & found.passing).bit_count()
        for tier, of_tier in facets.get("tier", {}).items()
        for stage, of_stage in facets.get("stage", {}).items()
    }
    return {place: number for place, number in crossed.items() if number}


def lacks(found: Counting, names: Mapping[str, object]) -> dict[str, int]:
    known = found.columns.facets.get("lacks", {})
    return {name: (known.get(name, 0) & found.passing).bit_count() for name in names}


def by_unit(
    found: Counting, asked: Mapping[str, tuple[str, tuple[str, ...]]], *, first: str, most: int
) -> Iterator[tuple[int | None, str, dict[str, int]]]:
    """The `most` units that have most of `first`: number and name of the unit, and of each of `asked` how many.

    `asked`: name → facet and the values of it that count.
    """
    facets = found.columns.facets
    wanted = {name: any_of(facets.get(facet, {}).get(value, 0) for value in values)
              for name, (facet, values) in asked.items()}  # fmt: skip
    names = dict(BusinessUnit.objects.values_list("pk", "name"))
    units = []
    for unit, these in facets.get("unit", {}).items():
        within = these & found.passing
        pk = None if unit == NONE else int(unit)
        if within:
            numbers = {name: (within & bits).bit_count() for name, bits in wanted.items()}
            units.append((pk, names.get(pk or 0, ""), {"all": within.bit_count(), **numbers}))
    units.sort(key=lambda unit: (-unit[2][first], -unit[2]["all"], unit[0] is None, unit[1]))
    yield from units[:most]
