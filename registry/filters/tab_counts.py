"""Where the count of each tab of the register comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.filters.conditions import Asking, all_of, conditions
from registry.filters.packing import TAB, derives, told
from registry.models.packed import Part

Params = Mapping[str, Sequence[str]]
DATED = {"changed", "created"}
"""Filters that one comparison in the row answers."""


@dataclass
class Tabs:
    told: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """Tab → filters that the packed values of a row answer."""
    parts: list[Part] = field(default_factory=list)
    """What is packed beside them for that."""
    left: Mapping[str, Params] = field(default_factory=dict)
    """Tab → its parameters, to be counted by itself."""


def sorted_out(tabs: Mapping[str, Params], packed: Sequence[Part], asking: Asking) -> Tabs:
    """For a count over all rows. Of the past no tab is counted by itself: it would read all that was ever known."""
    found, left = Tabs(), {}
    for key, params in tabs.items():
        asked, answered = conditions(params, asking), told(params, packed)
        rest = asked.keys() - answered.keys()
        if not rest:
            found.told[key] = answered
        elif rest <= DATED or not derives(packed):
            found.parts.append(Part(TAB + key, {key: all_of(asked)}))
            found.told[key] = {TAB + key: frozenset({key})}
        else:
            left[key] = params
    found.left = left
    return found
