"""What the statement of `registry.filters.facets` tells, summed up to the counts of facets and tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.filters.packing import TAB, Values, derives, uncounted, with_derived
from registry.models import CustomField
from registry.models.packed import Part, Unpacking

COMBINED, ONE_TAB = "combined", "one tab"


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

    packed: list[Part]
    marks: Sequence[str]
    """Filters of which each row says whether it passes, in the order of their bits."""
    told: Mapping[str, frozenset[str]]
    """Filters that the values of a row answer."""
    tabs: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """Tabs that the values of a row answer."""
    has_all_rows: bool = True
    """Whether what is told of combinations is told of all rows: then it tells of the tabs too."""
    counts: Counts = field(default_factory=Counts)
    but: dict[str, int] = field(default_factory=dict)
    """Filter → rows that fail it alone."""

    def __post_init__(self) -> None:
        self._unpacking, self._more = Unpacking(self.packed), derives(self.packed)

    def take(self, kind: str, value: str | None, rows: int) -> None:
        if kind == COMBINED:
            self._combination(str(value), rows)
        elif kind == TAB:
            self._tabs(self._values(str(value))[0], rows)
        elif kind == ONE_TAB:
            self.counts.tabs[str(value)] = rows
        elif rows:
            self._add(kind.removeprefix("v_").replace("__", "."), value or "none", rows)

    def _combination(self, value: str, rows: int) -> None:
        """Rows that fail one filter count for that facet alone; those that fail none count for all."""
        values, passed = self._values(value)
        if self.has_all_rows:
            self._tabs(values, rows)
        failed = [name for k, name in enumerate(self.marks) if not passed >> k & 1]
        failed += [name for name, asked in self.told.items() if asked.isdisjoint(values.get(name, ()))]
        if len(failed) > 1:
            return
        if not failed:
            self.counts.total += rows
        else:
            self.but[failed[0]] = self.but.get(failed[0], 0) + rows
        for facet in failed or values:
            for word in () if facet.startswith(TAB) else values.get(facet, ()):
                self._add(facet, word, rows)

    def _values(self, told: str) -> tuple[Values, int]:
        """What a row has, and its marks."""
        number, passed = map(int, told.split(" "))
        return with_derived(self._unpacking.values(number), more=self._more), passed

    def _tabs(self, values: Values, rows: int) -> None:
        """Some tabs are a part of their own, some follow from the other parts."""
        for key, asked in self.tabs.items():
            if not any(wanted.isdisjoint(values.get(name, ())) for name, wanted in asked.items()):
                self.counts.tabs[key] = self.counts.tabs.get(key, 0) + rows

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
        self.counts.uncounted = uncounted(self.packed)
        return self.counts
