"""What a reviewer works through, and what comes next in it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.affected import Decision
from incidents.models import AffectedOutput, Incident, OutputShare
from registry.models import User

LABELS: Mapping[str, Any] = {
    "mine": _("Your share"),
    "nobody": _("Nobody's share"),
    "open": _("All undecided"),
    "sample": _("The sample"),
    "second": _("Second look"),
}
"""The queues in the order in which they are offered."""


def queue(incident: Incident, user: User, of: str) -> QuerySet[Any]:
    """Rows whose keys are those of the outputs, in the order of the list; an unknown `of` is one's own share.

    That is read from the shares alone, which hold nothing that is decided.
    """
    if of not in LABELS or of == "mine":
        return OutputShare.objects.filter(incident=incident, person=user).order_by("pk")
    rows = AffectedOutput.objects.filter(incident=incident).order_by("pk")
    undecided = Q(decision=Decision.UNDECIDED)
    return rows.filter(
        {
            "nobody": undecided & Q(share__isnull=True),
            "open": undecided,
            "sample": undecided & Q(sample__isnull=False),
            "second": Q(decision=Decision.AMBIGUOUS) & ~Q(decided_by=user),
        }[of]
    )


def following(rows: QuerySet[Any], pk: int) -> int | None:
    """The next row after `pk`, or the first one left before it."""
    later = rows.filter(pk__gt=pk).values_list("pk", flat=True).first()
    return later or rows.exclude(pk=pk).values_list("pk", flat=True).first()


def best_for(incident: Incident, user: User) -> str:
    """Where this person goes on: their share, the sample, what nobody has, second looks, at last what others have."""
    order = ("mine", "sample", "nobody", "second", "open")
    return next((of for of in order if queue(incident, user, of).exists()), "mine")
