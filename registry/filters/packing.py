"""The facets of few values: some stand packed in the row already, the others are packed here.

Every row is asked, so nothing is packed that can be had in another way. What few rows have is counted by itself, by
index (`SPARSE`); what follows from other values is worked out from them once for each combination (`with_derived`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from registry.filters.conditions import (
    NOT_TIERED,
    RETIRED_SHOWN,
    Asking,
    attestation_states,
    blind,
    gap_states,
    owner_states,
    review_states,
)
from registry.filters.open_work import with_open_incident
from registry.models.packed import Part, pack, width
from registry.models.workflow_lists import PACKED
from registry.models.workflow_words import Stage

ANY = Q(pk__isnull=False)
SPARSE = ("owner", "incident", "again")
"""Facets whose values few rows have."""
FACETS = (*(part.facet for part in PACKED), "review", *SPARSE, "blind", "gap", "attestation")
GAP_STATES = frozenset({"open", "overdue", "stale", "accepted", "ending", "none"})
TAB = "tab "
"""Begins what is packed of a tab; no facet either."""
SIGNALLED = "with signal"
"""Packed for what follows from it; no facet of its own, and by a name that no filter has."""
RUN = (Stage.PILOT, Stage.PRODUCTION)

Values = Mapping[str, Sequence[str]]
"""Facet → the values that a row has of it: mostly one, of gaps several."""


def parts(asking: Asking, *, is_past: bool, whole: bool) -> list[Part]:
    """In the order in which `number` packs them.

    Of the past there is no index by owner, so that the sparse facets are packed too. What hangs on other records would
    have to be looked up for every row of it, and is left out unless the `whole` is asked for.
    """
    found = [
        *PACKED,
        Part("review", review_states(asking.today)),
        Part("attestation", attestation_states(asking.today)),
    ]
    gaps = [Part("gap", {state: condition}) for state, condition in gap_states(asking.today).items()]
    if not is_past:
        return [
            *found,
            *(part for part in gaps if "none" not in part.values),
            Part(SIGNALLED, {"yes": Q(is_watched=True)}),
        ]
    found += [Part("owner", {value: condition}) for value, condition in owner_states(asking).items()]
    found.append(Part("incident", {"open": with_open_incident(asking.user)}))
    return [*found, *gaps, Part("blind", {"yes": blind(), "no": ANY})] if whole else found


def derives(packed: Sequence[Part]) -> bool:
    """Whether more follows from the packed values than they say."""
    return any(part.facet == SIGNALLED for part in packed)


def with_derived(values: Iterable[tuple[str, str]], *, more: bool) -> Values:
    """The values of a row by facet; with `more` also those that follow, as `blind` and `gap_states` have them."""
    found: dict[str, list[str]] = {}
    for facet, value in values:
        found.setdefault(facet, []).append(value)
    if more:
        has_signal = bool(found.pop(SIGNALLED, None))
        is_blind = not has_signal and found.get("stage", [""])[0] in RUN
        found["blind"] = ["yes" if is_blind else "no"]
        gaps = found.setdefault("gap", [])
        if "open" not in gaps and found.get("tier") != [NOT_TIERED]:
            gaps.append("none")
    return found


def told(params: Mapping[str, Sequence[str]], packed: Sequence[Part]) -> dict[str, frozenset[str]]:
    """Filters in use that a row's values answer, each with those of which it must have one, as `conditions` has it."""
    known = {part.facet for part in packed} | ({"blind"} if derives(packed) else set())
    asked = {name: frozenset(filter(None, params.get(name, ()))) for name in known - {*SPARSE}}
    found = {name: values for name, values in asked.items() if values}
    if "stage" not in found and RETIRED_SHOWN not in params.get("retired", ()):
        found["stage"] = frozenset(Stage.values) - {Stage.RETIRED}
    if found.get("gap", frozenset()) - GAP_STATES:
        del found["gap"]  # one of them is a capability, which the row does not tell
    return found


def uncounted(packed: Sequence[Part]) -> frozenset[str]:
    """Facets that are counted neither here nor by themselves."""
    return frozenset() if derives(packed) else frozenset(FACETS) - {part.facet for part in packed}


def number(packed: list[Part]) -> Any:
    """What is grouped by: the column of the row and, above it, the other parts."""
    return F("packed") + pack(packed[len(PACKED) :], begin=width(PACKED))
