"""Keeping on each workflow how ready it is, what it lacks and whether its tier is to be assessed again, for lists.

Whatever changes a fact calls `refresh_readiness` in its own transaction; what age alone changes is found by the sweep.
Both say what the rules say of the facts as they are, so that running them twice changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.gaps import Standing, summarise
from registry.kernel.audit.bulk import put_many, update_many
from registry.kernel.audit.context import acting
from registry.models import Workflow
from registry.models.workflow_lists import ASIDE
from registry.readiness import Facts, Part, judge
from registry.reports.readiness_facts import facts_of
from registry.reports.reassessing import Marks

RECORDED: Final = ("readiness", "seen", "stopped", "explained", "improved")
KEPT: Final = (*RECORDED, *ASIDE)
"""The fields of a workflow that are kept here; those of `ASIDE` have no history."""
AT_ONCE: Final = 200
_owed: ContextVar[set[int] | None] = ContextVar("readiness_owed", default=None)


def put_readiness(workflows: Sequence[Workflow], *, at: datetime) -> list[Workflow]:
    """Set what is kept on instances that the caller holds locked and saves; those whose readiness differs now.

    Other fields count as they are on the instance, so that a change and what follows from it are one row of history.
    """
    changed = []
    for workflow, (facts, standings, again) in zip(workflows, facts_of(workflows, at), strict=True):
        before = [getattr(workflow, name) for name in RECORDED]
        _set(workflow, facts, standings, at)
        _mark(workflow, again)
        if before != [getattr(workflow, name) for name in RECORDED]:
            changed.append(workflow)
    return changed


def refresh_readiness(workflow: Workflow, *, at: datetime) -> None:
    """After a change of what it is judged by, in the same transaction. The caller has said who acts and why.

    Read anew behind a lock; `workflow` itself shows the result too. No new version of the record: nobody's edit
    becomes stale. Within `judged_together` the workflow is only noted.
    """
    if (owed := _owed.get()) is not None:
        owed.add(workflow.pk)
        return
    current = _whole().select_for_update().get(pk=workflow.pk)
    before = [getattr(current, name) for name in ASIDE]
    if put_readiness([current], at=at):
        current.save(update_fields=KEPT)
    elif before != [getattr(current, name) for name in ASIDE]:
        keep_aside([current])
    for name in KEPT:
        setattr(workflow, name, getattr(current, name))


@contextmanager
def judged_together(*, at: datetime) -> Iterator[None]:
    """Many changes in one transaction: whatever workflows they touch are judged once, when all are made.

    An exception that leaves the block takes the changes back with it, so then nothing is judged.
    """
    owed: set[int] = set()
    token = _owed.set(owed)
    try:
        yield
    finally:
        _owed.reset(token)
    refresh_many(owed, at=at)


def refresh_many(keys: Iterable[int], *, at: datetime) -> int:
    """The same for many workflows, locked here in one order; how many changed."""
    with transaction.atomic():
        rows = list(_whole().filter(pk__in=list(keys)).order_by("pk").select_for_update())
        return _store(rows, at=at)


def sweep(*, at: datetime, limit: int = 1000) -> int:
    """What age has changed since, and workflows that were never judged; how many were looked at.

    Each batch is a transaction; rows that somebody works on are left to the next sweep.
    """
    aged = Workflow.objects.filter(readiness_until__lt=at).order_by("readiness_until")
    new = Workflow.objects.filter(readiness="").order_by("pk")
    keys = list(dict.fromkeys([*aged.values_list("pk", flat=True)[:limit], *new.values_list("pk", flat=True)[:limit]]))
    return sum(_sweep(keys[start : start + AT_ONCE], at) for start in range(0, min(len(keys), limit), AT_ONCE))


@transaction.atomic
def _sweep(keys: Sequence[int], at: datetime) -> int:
    still = Q(readiness_until__lt=at) | Q(readiness="")
    rows = list(_whole().filter(still, pk__in=keys).order_by("pk").select_for_update(skip_locked=True))
    with acting(reason=_("Readiness changed by age")):
        _store(rows, at=at)
    return len(rows)


def _store(rows: Sequence[Workflow], *, at: datetime) -> int:
    changed = put_readiness(rows, at=at)
    update_many(changed, RECORDED)
    keep_aside(rows)
    return len(changed)


def _set(workflow: Workflow, facts: Facts, standings: Sequence[Standing], at: datetime) -> None:
    judged = judge(facts, at)
    workflow.readiness = judged.whole
    for part in Part:
        setattr(workflow, part.lower(), judged.part(part))
    workflow.unready, workflow.readiness_until = len(judged.failing), judged.until
    summary = summarise(standings, timezone.localdate(at))
    workflow.gaps_missing = summary.missing
    workflow.gaps_more_after, workflow.gaps_accepted_last = summary.more_after, summary.accepted_last
    workflow.gaps_late_after, workflow.gaps_stale_after = summary.late_after, summary.stale_after
    workflow.is_watched = bool(facts.signals)


def _mark(workflow: Workflow, again: Marks) -> None:
    """That its tier should be assessed again; looked at anew when a date alone will say so."""
    workflow.is_assessment_owed, workflow.is_assessment_called = again.is_owed, again.is_called
    ends = [until for until in (workflow.readiness_until, again.until) if until is not None]
    workflow.readiness_until = min(ends, default=None)


def keep_aside(rows: Sequence[Workflow]) -> None:
    """What has no history here."""
    put_many(rows, ASIDE)


def _whole() -> QuerySet[Workflow]:
    return Workflow.objects.defer("search")
