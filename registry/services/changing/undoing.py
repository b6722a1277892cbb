"""Undoing a change of many workflows: what still stands goes back, what moved on is named and left to a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, ImportRow, User, Workflow
from registry.policies.imports import may_undo
from registry.services.changing.applying import write
from registry.services.changing.keeping import labels, undone_title
from registry.services.changing.planning import Line, put_in
from registry.services.gate_guard import as_before
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Value
from registry.services.importing.targets import held, revived, same
from registry.services.importing.undo_words import UndoRefused


@dataclass(frozen=True)
class Clash:
    """A row that cannot go back, and why."""

    reference: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reference} {self.name}: {self.reason}"


@dataclass(frozen=True)
class Way:
    """What undoing would do."""

    back: list[Line]
    clashes: list[Clash]


def can_be_undone(change_set: ChangeSet) -> Verdict:
    """Once, and never an undoing itself."""
    if change_set.kind == ChangeSet.Kind.UNDO:
        return deny(_("This undid a change-set; make the change anew instead."))
    if change_set.status != ChangeSet.Status.APPLIED:
        return deny(
            _("Only a change-set that stands can be undone: %(state)s.") % {"state": change_set.get_status_display()}
        )
    return ALLOWED


def way_back(change_set: ChangeSet, *, lock: bool = False) -> Way:
    """Row by row. The lines' workflows carry the old values; without `lock` do not save them."""
    rows = list(change_set.rows.order_by("row_number"))
    found = Workflow.objects.filter(pk__in=[row.workflow_id for row in rows]).defer("search").order_by("pk")
    there = {workflow.pk: workflow for workflow in (found.select_for_update() if lock else found)}
    names = labels(sorted({name for row in rows for name in row.after}))
    directory = Directory()
    back: list[Line] = []
    clashes: list[Clash] = []
    for row in rows:
        workflow = there.get(row.workflow_id or 0)
        if workflow is None:
            clashes.append(Clash(row.workflow_reference, "", _("no longer there")))
            continue
        if moved := [names[name] for name in _moved(row, workflow, directory)]:
            reason = _("changed since: %(fields)s") % {"fields": ", ".join(moved)}
            clashes.append(Clash(workflow.reference, workflow.name, reason))
            continue
        # What a stage needs is not asked here: before the change the entry stood without it.
        line = put_in(workflow, _reversed(row), ())
        if line.refusal:
            clashes.append(Clash(workflow.reference, workflow.name, line.refusal))
        else:
            back.append(line)
    return Way(back, clashes)


def _moved(row: ImportRow, workflow: Workflow, directory: Directory) -> Sequence[str]:
    return [
        name for name, value in row.after.items() if not same(held(workflow, name, directory), revived(name, value))
    ]


def _reversed(row: ImportRow) -> dict[str, tuple[Value, Value]]:
    return {name: (revived(name, value), revived(name, row.before.get(name))) for name, value in row.after.items()}


@transaction.atomic
def undo(change_set: ChangeSet, *, by: User, at: datetime, reason: str, leave_out_clashes: bool = False) -> ChangeSet:
    """The change-set of the undoing. Raises `UndoRefused` where rows moved on, unless those are to stay as they are."""
    require(may_undo, by, change_set)
    current = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if not (answer := can_be_undone(current)):
        raise Conflict(answer.reason)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the change is undone.")})
    way = way_back(current, lock=True)
    if way.clashes and not leave_out_clashes:
        raise UndoRefused([str(clash) for clash in way.clashes])
    if not way.back:
        raise Conflict(_("Every workflow of it was changed since: nothing is left to undo."))
    as_before([line.workflow for line in way.back])
    made = write(
        way.back, by=by, at=at, reason=reason, kind=ChangeSet.Kind.UNDO, title=undone_title(current), undoes=current
    )
    current.status, current.undone_by, current.undone_at = ChangeSet.Status.UNDONE, by, at
    with acting(user_id=by.pk, reason=reason, unit_id=f"change-set-{made.pk}"):
        current.save()
    return made
