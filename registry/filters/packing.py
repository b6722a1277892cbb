"""The facets of few values: some stand packed in the row already, the others are packed here."""

from typing import Any

from django.db.models import F, Q

from registry.filters.conditions import (
    GONE,
    NOBODY,
    ORPHANED,
    Asking,
    assess_again,
    attestation_states,
    blind,
    gap_states,
    review_states,
)
from registry.filters.open_work import with_open_incident
from registry.kernel.audit.asof import moment
from registry.models.packed import Part, pack, width
from registry.models.workflow_lists import PACKED
from registry.models.workflow_words import answered_for_by

ANY = Q(pk__isnull=False)
FACETS = (*(part.facet for part in PACKED), "review", "owner", "incident", "blind", "again", "gap", "attestation")


def parts(asking: Asking, *, is_past: bool) -> list[Part]:
    """In the order in which `number` packs them.

    What hangs on other records is left out where the past is read: it would have to be looked up for every row.
    """
    today = asking.today
    owner = {"me": answered_for_by(asking.user), "none": NOBODY, "orphan": ORPHANED, "gone": GONE}
    gaps = {} if is_past else gap_states(today)
    return [
        *PACKED,
        Part("review", review_states(today)),
        *(Part("owner", {value: part}) for value, part in owner.items()),
        Part("incident", {"open": with_open_incident(asking.user)}),
        Part("attestation", attestation_states(today)),
        *(Part("gap", {value: part}) for value, part in gaps.items()),
        *([] if is_past else [Part("blind", {"yes": blind(), "no": ANY})]),
        *([] if moment() is not None else [Part("again", {"yes": assess_again(asking.user)})]),
    ]


def number(packed: list[Part]) -> Any:
    """What is grouped by: the column of the row and, above it, the other parts."""
    return F("packed") + pack(packed[len(PACKED) :], begin=width(PACKED))
