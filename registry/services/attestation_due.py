"""Keeping on each workflow when its attestation is due and when it was last attested, so that lists filter by both."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min, OuterRef, Subquery

from registry.kernel.audit.bulk import update_many
from registry.models import Attestation, Workflow
from registry.models.attestations import STILL_OPEN
from registry.services.readiness import KEPT, put_readiness

AT_ONCE = 1000


def follow(workflows: Iterable[int], *, at: datetime) -> int:
    """Make the columns say what the attestations say; how many workflows were behind. The caller has said who acts.

    No new version of a record: nobody's edit becomes stale by it.
    """
    numbers = sorted(set(workflows))
    return sum(_follow(numbers[start : start + AT_ONCE], at) for start in range(0, len(numbers), AT_ONCE))


def _follow(numbers: list[int], at: datetime) -> int:
    rows = Workflow.objects.select_for_update().filter(pk__in=numbers).order_by("pk").defer(None)
    found = _as_attested(numbers)
    behind = []
    for workflow in rows:
        now = found[workflow.pk]
        if now != (workflow.attestation_due_date, workflow.attested_at):
            workflow.attestation_due_date, workflow.attested_at = now
            behind.append(workflow)
    put_readiness(behind, at=at)
    update_many(behind, ["attestation_due_date", "attested_at", *KEPT])
    return len(behind)


def _as_attested(numbers: list[int]) -> dict[int, tuple[date | None, datetime | None]]:
    own = Attestation.objects.filter(workflow=OuterRef("pk")).order_by()
    due = own.filter(STILL_OPEN, campaign__status="OPEN").values("workflow").annotate(day=Min("campaign__due_date"))
    last = own.filter(state=Attestation.State.ATTESTED).values("workflow").annotate(at=Max("attested_at"))
    rows: Any = (
        Workflow.objects.filter(pk__in=numbers)
        .annotate(found_due=Subquery(due.values("day")), found_at=Subquery(last.values("at")))
        .values_list("pk", "found_due", "found_at")
    )
    return {pk: (day, at) for pk, day, at in rows}
