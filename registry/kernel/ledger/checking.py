"""The standing check: records, history, entries and log hold each other up, and every difference is named.

It runs as a command from end to end, and by the worker a little at a time; a run that was stopped, however, goes on
where it was. It looks with the database's own eyes: who owns the database could blind it. What an outsider needs no
trust for is the verifier.
"""

import time
from collections.abc import Callable
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.ledger import comparing, loose_ends, rereading
from registry.kernel.ledger.models import IntegrityCheck
from registry.kernel.ledger.slices import MOST_NAMED, Slice, Step

Subject = IntegrityCheck.Subject
Clock = Callable[[], datetime]
Watcher = Callable[[IntegrityCheck, str], None]
"""Told after each piece what is being looked at."""


def steps(subject: str) -> list[Step]:
    if subject == Subject.HISTORY:
        return list(chain(comparing.records(), comparing.entries()))
    return [
        Step(_("places, hashes and signatures"), rereading.leaves),
        Step(_("the stored tree"), loose_ends.upper_tiles),
        Step(_("what was left out"), loose_ends.unplaced),
        Step(_("what was erased"), loose_ends.withheld),
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
    while check.finished_at is None:
        at, start = check.position.get("step", 0), check.position.get("start", 0)
        if at >= len(asked):
            check.finished_at, check.position = clock(), {}
            check.save()
            break
        _keep(check, asked[at].take(start), at)
        if watch is not None:
            watch(check, asked[at].about)
        if until is not None and time.monotonic() > until:
            break
    return check


@transaction.atomic
def _keep(check: IntegrityCheck, found: Slice, at: int) -> None:
    check.examined += found.examined
    check.findings = [*check.findings, *found.findings][:MOST_NAMED]
    check.findings_count += found.found
    following = found.following
    check.position = {"step": at + 1} if following is None else {"step": at, "start": following}
    check.save()
