"""The standing check: records, history, entries and log hold each other up, and every difference is named.

It runs as a command from end to end, and by the worker a little at a time; a run that was stopped, however, goes on
where it was. It looks with the database's own eyes: who owns the database could blind it. What an outsider needs no
trust for is the verifier.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.ledger import comparing, loose_ends, rereading, respanning
from registry.kernel.ledger.models import IntegrityCheck
from registry.kernel.ledger.slices import MOST_NAMED, Slice, Step, one_moment

Subject = IntegrityCheck.Subject
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Progress:
    """How far a run is, after one of its pieces."""

    check: IntegrityCheck
    step: int
    steps: int
    about: str
    read: int
    """Rows read in this step since the run was begun or taken up again."""
    rows: int | None
    """Rows there are to read in this step, where they can be counted."""
    is_done: bool
    """Whether the step is."""


Watcher = Callable[[Progress], None]


def steps(subject: str) -> list[Step]:
    if subject == Subject.HISTORY:
        return list(chain(comparing.records(), comparing.entries(), respanning.spans()))
    return [
        Step(_("places, hashes and signatures"), rereading.leaves, "ledger_leaf", first=0),
        Step(_("the stored tree"), loose_ends.upper_tiles),
        Step(_("length of the log"), loose_ends.lengths),
        Step(_("what was left out"), loose_ends.unplaced, "registry_auditentry"),
        Step(_("what was erased"), loose_ends.withheld, "registry_auditentry"),
        Step(_("guards of the database"), loose_ends.guards),
    ]


def begin(subject: str, *, at: datetime) -> IntegrityCheck:
    return IntegrityCheck.objects.create(subject=subject, started_at=at)


def go_on(
    check: IntegrityCheck, *, clock: Clock, seconds: float | None = None, watch: Watcher | None = None
) -> IntegrityCheck:
    """Go on with a run, for about `seconds` or to its end; what it found so far is kept after each piece."""
    until = None if seconds is None else time.monotonic() + seconds
    asked = steps(check.subject)
    seen, read, rows = -1, 0, None
    while check.finished_at is None:
        at = check.position.get("step", 0)
        if at >= len(asked):
            check.finished_at, check.position = clock(), {}
            check.save()
            break
        step = asked[at]
        if watch is not None and at != seen:
            seen, read, rows = at, 0, step.rows()
        with one_moment():
            found = step.take(check.position.get("start", step.first))
        _keep(check, found, at)
        if watch is not None:
            read += found.examined
            watch(Progress(check, at + 1, len(asked), step.about, read, rows, found.following is None))
        if until is not None and time.monotonic() > until:
            break
    return check


@transaction.atomic
def _keep(check: IntegrityCheck, found: Slice, at: int) -> None:
    check.examined += found.examined
    check.findings = [*check.findings, *found.findings][:MOST_NAMED]
    check.findings_count += found.found
    check.erased += found.erased
    following = found.following
    check.position = {"step": at + 1} if following is None else {"step": at, "start": following}
    check.save()
