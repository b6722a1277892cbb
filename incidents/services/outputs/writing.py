"""Writing a list that was checked: a part at a time, each in a transaction of its own, so that a process may be killed
between any two and nothing is missing or there twice afterwards.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from incidents.affected_rows import read_file
from incidents.affected_values import Row
from incidents.models import AffectedOutput, Incident, OutputList, TimelineEntry
from incidents.services import room, timeline
from incidents.services.outputs.tallying import recount
from registry.kernel.audit.bulk import create_many
from registry.kernel.storage.base import StorageProblem
from registry.models import User

log = structlog.get_logger(__name__)
PART = 5000


def write_waiting(*, clock: Callable[[], datetime]) -> None:
    """Every list that waits. One whose file cannot be read waits on; whoever keeps the files is told elsewhere."""
    for pk in OutputList.objects.filter(status=OutputList.Status.WAITING).order_by("pk").values_list("pk", flat=True):
        with suppress(StorageProblem):
            write(pk, clock=clock)


def write(pk: int, *, clock: Callable[[], datetime]) -> None:
    """Write what is left of one list. Two workers at once do nothing twice: each part asks what is there."""
    made = OutputList.objects.select_related("file", "by", "incident").get(pk=pk)
    if made.status == OutputList.Status.DONE or made.file is None:
        return
    rows = read_file(made.file.read_bytes(), made.name, now=made.at).rows
    for start in range(made.done, len(rows), PART):
        with room.entered(made.incident, by=made.by, reason=_reason(made)) as locked:
            current = OutputList.objects.select_for_update().get(pk=pk)
            if current.status == OutputList.Status.DONE or current.done != start:
                log.info("part of a list was written by another worker", list=pk, start=start)
                return
            write_part(locked, current, rows[start : start + PART])
            if start + PART >= len(rows):
                finish(locked, current, by=made.by, at=clock())


def write_part(incident: Incident, made: OutputList, rows: Sequence[Row]) -> None:
    """The caller holds the lock on the incident, so nobody else adds to it meanwhile."""
    of_incident = AffectedOutput.objects.filter(incident=incident)
    there = set(of_incident.filter(ref__in=[row.ref for row in rows]).values_list("ref", flat=True))
    new = [_output(incident, made, row) for row in rows if row.ref not in there]
    create_many(new, batch_size=PART)
    made.added += len(new)
    made.known += len(there)
    made.save()
    recount(incident, by=made.by, at=made.at)


def finish(incident: Incident, made: OutputList, *, by: User, at: datetime) -> None:
    made.status = OutputList.Status.DONE
    made.save()
    words = {"added": made.added, "name": made.name, "known": made.known}
    text = _("%(added)d outputs to decide, from the list “%(name)s”.") % words
    if made.known:
        text += " " + _("%(known)d were there before.") % words
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.OUTPUTS,
        text=text,
        by=by,
        at=at,
        data={"list": made.pk, "sha256": made.sha256, "rows": made.rows, "added": made.added},
    )
    room.touch(incident)


def _reason(made: OutputList) -> str:
    return _("List of outputs “%(name)s”") % {"name": made.name}


def _output(incident: Incident, made: OutputList, row: Row) -> AffectedOutput:
    return AffectedOutput(
        incident=incident, listed_in=made, ref=row.ref, occurred_at=row.occurred_at, preview=row.preview, link=row.link,
        segment=row.segment, attributes=row.attributes,
    )  # fmt: skip
