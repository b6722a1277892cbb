"""Undoing any change-set, an import or a bulk edit, so that the undoing is a change-set of its own."""

from datetime import datetime

from django.db import transaction

from registry.models import ChangeSet, ImportRow, User
from registry.services import changing, importing
from registry.services.changing.keeping import begin, undone_title

Outcome = ImportRow.Outcome


def clashes(change_set: ChangeSet) -> list[str]:
    """What could not go back, in sentences; changes nothing."""
    if change_set.kind == ChangeSet.Kind.IMPORT:
        return importing.clashes_of(change_set)
    return [str(clash) for clash in changing.way_back(change_set).clashes]


def undo(change_set: ChangeSet, *, by: User, at: datetime, reason: str, leave_out_clashes: bool = False) -> ChangeSet:
    """The change-set that undid it. Raises `UndoRefused` where something moved on that is not to be left out."""
    if change_set.kind != ChangeSet.Kind.IMPORT:
        return changing.undo(change_set, by=by, at=at, reason=reason, leave_out_clashes=leave_out_clashes)
    with transaction.atomic():
        rows = list(change_set.rows.filter(outcome__in=[Outcome.CREATED, Outcome.CHANGED]).order_by("row_number"))
        done = importing.undo(change_set, by=by, at=at, reason=reason, leave_out_clashes=leave_out_clashes)
        return _kept(done, [row for row in rows if row.row_number not in done.counts["left_out"]], by, at, reason)


def _kept(done: ChangeSet, rows: list[ImportRow], by: User, at: datetime, reason: str) -> ChangeSet:
    title = undone_title(done)
    made = begin(
        by=by, at=at, reason=reason, kind=ChangeSet.Kind.UNDO, title=title, rows=len(rows), undoes=done, of=done.of
    )
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                change_set=made,
                row_number=number,
                original={},
                outcome=Outcome.REMOVED if row.outcome == Outcome.CREATED else Outcome.CHANGED,
                workflow_id=None if row.outcome == Outcome.CREATED else row.workflow_id,
                workflow_reference=row.workflow_reference,
                record_id=None if row.outcome == Outcome.CREATED else row.record_id,
                record_name=row.record_name,
                before=row.after,
                after={} if row.outcome == Outcome.CREATED else row.before,
            )
            for number, row in enumerate(rows, 1)
        ],
        batch_size=500,
    )
    return made
