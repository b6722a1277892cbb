"""What the statement of `registry.filters.facets` tells, summed up to the counts of facets and tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from registry.filters.packing import FACETS
from registry.models import CustomField
from registry.models.packed import Part, unpack

TAB = "tab"
COMBINED = "combined"


@dataclass
class Counts:
    total: int = 0
    """Rows that pass every filter."""
    tabs: dict[str, int] = field(default_factory=dict)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    """Facet → value → rows; what has none is left out."""
    uncounted: frozenset[str] = frozenset()
    """Facets that were not counted."""


@dataclass
class Counting:
    """What the statement tells, row by row, until it is all told."""

    facets: Mapping[str, Q]
    packed: list[Part]
    counts: Counts = field(default_factory=Counts)
    but: dict[str, int] = field(default_factory=dict)
    """Filter → rows that fail it alone."""

    def take(self, kind: str, value: str | None, rows: int) -> None:
        if kind == COMBINED:
            self._combination(str(value), rows)
        elif kind == TAB:
            self.counts.tabs[str(value)] = rows
        elif rows:
            self._add(kind.removeprefix("v_").replace("__", "."), value or "none", rows)

    def _combination(self, value: str, rows: int) -> None:
        """Rows that fail one filter count for that facet alone; those that fail none count for all."""
        number, passed = map(int, value.split(" "))
        failed = [name for k, name in enumerate(self.facets) if not passed >> k & 1]
        if not failed:
            self.counts.total += rows
        else:
            self.but[failed[0]] = self.but.get(failed[0], 0) + rows
        for facet, word in unpack(self.packed, number):
            if facet.startswith(TAB):
                self.counts.tabs[word] = self.counts.tabs.get(word, 0) + rows
            elif not failed or failed == [facet]:
                self._add(facet, word, rows)

    def _add(self, facet: str, value: str, rows: int) -> None:
        of_facet = self.counts.facets.setdefault(facet, {})
        of_facet[value] = of_facet.get(value, 0) + rows

    def finished(self, own: Sequence[CustomField]) -> Counts:
        """Without a value of a custom field is whatever was not counted with one."""
        for definition in own:
            name = definition.parameter
            with_one = sum(self.counts.facets.get(name, {}).values())
            without = self.counts.total + self.but.get(name, 0) - with_one
            if without:
                self._add(name, "none", without)
        self.counts.uncounted = frozenset(FACETS) - {part.facet for part in self.packed}
        return self.counts
