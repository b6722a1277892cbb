"""Undoing a change-set as one: what it made goes, what it changed goes back, and nobody's later work is lost."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import delete_many, update_many
from registry.kernel.audit.context import Origin, acting
from registry.kernel.http.errors import Conflict
from registry.models import BusinessUnit, ChangeSet, ImportRow, User, Vendor, Workflow
from registry.policies.imports import may_undo
from registry.services.gate_guard import as_before, leave_production
from registry.services.importing.applying import unit_of
from registry.services.importing.attachments import attached_to
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Outcome
from registry.services.importing.receiving import locked, one_import_at_a_time
from registry.services.importing.records_undoing import clashes_of_records, undo_records
from registry.services.importing.targets import held, label, revived, same
from registry.services.importing.undo_words import UndoRefused, why_undone
from registry.services.importing.writing import column_of, put
from registry.services.readiness import KEPT, put_readiness

_NOT_AN_EDIT = {"version", "updated_at", "created_at", *KEPT}


@transaction.atomic
def undo(change_set: ChangeSet, *, by: User, at: datetime, reason: str, leave_out_clashes: bool = False) -> ChangeSet:
    """All of it or nothing; or all but what has moved on since, whose rows are then noted under `left_out`.

    The history of removed workflows stays, as does the file with its rows.
    """
    require(may_undo, by, change_set)
    one_import_at_a_time()
    current = locked(change_set)
    if current.status != ChangeSet.Status.APPLIED:
        raise Conflict(_("Only an import that was applied can be undone."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the import is undone.")})
    why, unit = why_undone(current, reason), f"{unit_of(current)}-undo"
    with acting(user_id=by.pk, origin=Origin.IMPORT, reason=why, unit_id=unit):
        if current.of:
            left_out = undo_records(current, by=by, at=at, reason=why, leave_out_clashes=leave_out_clashes)
        else:
            left_out = _undo_workflows(current, at=at, leave_out_clashes=leave_out_clashes)
        current.counts["left_out"] = left_out
        current.status = ChangeSet.Status.UNDONE
        current.undone_by, current.undone_at = by, at
        current.save()
    return current


def _undo_workflows(current: ChangeSet, *, at: datetime, leave_out_clashes: bool) -> list[int]:
    """Numbers of the rows that are left as they are."""
    created = _workflows(current, Outcome.CREATED)
    changed = _workflows(current, Outcome.CHANGED)
    clashes = {**_in_the_way(current, created), **_moved_on(current, changed)}
    if clashes and (not leave_out_clashes or len(clashes) == len(created) + len(changed)):
        raise UndoRefused(list(clashes.values()))
    _set_back(current, {pk: workflow for pk, workflow in changed.items() if pk not in clashes}, at=at)
    delete_many([workflow for pk, workflow in created.items() if pk not in clashes])
    _remove_unused(current)
    return list(current.rows.filter(workflow__in=clashes).values_list("row_number", flat=True))


def clashes_of(change_set: ChangeSet) -> list[str]:
    """Sentences about workflows that cannot go back, without changing anything."""
    if change_set.of:
        return clashes_of_records(change_set)
    created = _read(change_set, Outcome.CREATED)
    changed = _read(change_set, Outcome.CHANGED)
    return [*_in_the_way(change_set, created).values(), *_moved_on(change_set, changed).values()]


def _workflows(change_set: ChangeSet, outcome: str) -> dict[int, Workflow]:
    return {workflow.pk: workflow for workflow in _of(change_set, outcome).select_for_update()}


def _read(change_set: ChangeSet, outcome: str) -> dict[int, Workflow]:
    return {workflow.pk: workflow for workflow in _of(change_set, outcome)}


def _of(change_set: ChangeSet, outcome: str) -> QuerySet[Workflow]:
    rows = change_set.rows.filter(outcome=outcome, workflow__isnull=False)
    return Workflow.objects.filter(pk__in=rows.values("workflow_id")).defer("search").order_by("pk")


def _in_the_way(change_set: ChangeSet, created: dict[int, Workflow]) -> dict[int, str]:
    """Sentences about workflows the import made that something hangs on, or that were changed afterwards."""
    attached = attached_to(Workflow, created)
    edited = _edited(change_set, created)
    sentences = {}
    for pk, workflow in created.items():
        if pk in attached:
            things = ", ".join(f"{kind} × {number}" for kind, number in sorted(attached[pk].items()))
            message = _("%(reference)s %(name)s has something attached to it: %(things)s.")
            sentences[pk] = message % {"reference": workflow.reference, "name": workflow.name, "things": things}
        elif pk in edited:
            sentences[pk] = _changed_after(workflow, edited[pk])
    return sentences


def _changed_after(workflow: Workflow, labels: list[str]) -> str:
    message = _("%(reference)s %(name)s was changed after the import: %(fields)s.")
    return message % {"reference": workflow.reference, "name": workflow.name, "fields": ", ".join(labels)}


def _edited(change_set: ChangeSet, created: dict[int, Workflow]) -> dict[int, list[str]]:
    """Labels of the fields in which a workflow differs from what the import made."""
    history: Any = Workflow.history.model
    births = history.objects.filter(id__in=list(created), history_type="+", history_unit_id=unit_of(change_set))
    fields = [field for field in history.tracked_fields if field.name not in _NOT_AN_EDIT]
    found: dict[int, list[str]] = {}
    for birth in births:
        workflow = created[birth.id]
        names = [f.name for f in fields if getattr(birth, f.attname) != getattr(workflow, f.attname)]
        if names:
            found[birth.id] = [label(name) for name in names]
    return found


def _moved_on(change_set: ChangeSet, changed: dict[int, Workflow]) -> dict[int, str]:
    """Sentences about workflows in which a field the import changed holds another value by now."""
    directory = Directory()
    sentences = {}
    for row in _rows(change_set, changed):
        workflow = changed[row.workflow_id or 0]
        moved = [
            label(name)
            for name, value in row.after.items()
            if not same(held(workflow, name, directory), revived(name, value))
        ]
        if moved:
            sentences[workflow.pk] = _changed_after(workflow, moved)
    return sentences


def _rows(change_set: ChangeSet, changed: dict[int, Workflow]) -> Iterable[ImportRow]:
    return change_set.rows.filter(outcome=Outcome.CHANGED, workflow__in=list(changed)).order_by("row_number")


def _set_back(change_set: ChangeSet, changed: dict[int, Workflow], *, at: datetime) -> None:
    fields = {"version", "updated_at", "production_basis"}
    for row in _rows(change_set, changed):
        workflow = changed[row.workflow_id or 0]
        put(workflow, {name: revived(name, value) for name, value in row.before.items()})
        workflow.version += 1
        workflow.updated_at = at
        fields.update(map(column_of, row.before))
    rows = list(changed.values())
    as_before(rows)
    for workflow in rows:
        leave_production(workflow)
    put_readiness(rows, at=at)
    update_many(rows, sorted({*fields, *KEPT}))


def _remove_unused(change_set: ChangeSet) -> None:
    """Units and vendors the import made and that nothing needs any more; units from the lowest up."""
    for model in (Vendor, BusinessUnit, BusinessUnit):
        history: Any = model.history.model
        made = history.objects.filter(history_type="+", history_unit_id=unit_of(change_set)).values("id")
        candidates = model._default_manager.filter(pk__in=made)
        needed = attached_to(model, [row.pk for row in candidates])
        delete_many([row for row in candidates if row.pk not in needed])
