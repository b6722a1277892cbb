"""The columns of all workflows as bits by facet and value. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.filters.held.bits import any_of, bits_of

Values = Mapping[str, Sequence[str]]
"""Facet → the values that a workflow has of it."""
Row = tuple[int, Values]
"""Number of a workflow, and its values; many rows share one mapping."""


@dataclass(frozen=True)
class Columns:
    place: dict[int, int] = field(default_factory=dict)
    """Number of a workflow → its bit. A workflow that is gone leaves its bit unused."""
    present: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def having(self, facet: str, values: Iterable[str]) -> int:
        """Those that have one of `values`."""
        known = self.facets.get(facet, {})
        return any_of(known[value] for value in values if value in known)

    def of(self, numbers: Iterable[int]) -> int:
        """Those with these numbers; one that is not known yet is left out."""
        place = self.place
        return bits_of((place[number] for number in numbers if number in place), len(place))


def built(rows: Iterable[Row]) -> Columns:
    return changed(Columns(), rows, ())


def changed(before: Columns, rows: Iterable[Row], numbers: Collection[int]) -> Columns:
    """`before`, where the workflows `numbers` have the values of `rows` instead; those without a row are gone."""
    place = dict(before.place)
    by_values: dict[int, tuple[Values, list[int]]] = {}
    for number, values in rows:
        at = place.setdefault(number, len(place))
        by_values.setdefault(id(values), (values, []))[1].append(at)
    size = len(place)
    new: dict[str, dict[str, int]] = {}
    present = 0
    for values, places in by_values.values():
        bits = bits_of(places, size)
        present |= bits
        for facet, words in values.items():
            of_facet = new.setdefault(facet, {})
            for word in words:
                of_facet[word] = of_facet.get(word, 0) | bits
    stays = ~before.of(numbers)
    facets = {
        facet: {
            word: before.facets.get(facet, {}).get(word, 0) & stays | new.get(facet, {}).get(word, 0)
            for word in before.facets.get(facet, {}).keys() | new.get(facet, {}).keys()
        }
        for facet in before.facets.keys() | new.keys()
    }
    return Columns(place, before.present & stays | present, facets)
