"""One change to many workflows: all of them or none, kept as a change-set that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, User, Workflow
from registry.policies.bulk_edits import may_edit_many
from registry.services.changing.fields import read
from registry.services.changing.keeping import begin, keep_lines, title_of
from registry.services.changing.planning import Line, draw_up
from registry.services.gate_guard import enter_many, leave_production
from registry.services.readiness import KEPT, put_readiness

MOST: Final = 1000
"""Rows in one change: what somebody can still read in a preview."""


class RowsMoved(Conflict):
    """Some of the rows were saved by somebody else after the preview. Nothing was changed."""

    def __init__(self, moved: Sequence[Workflow], missing: int) -> None:
        super().__init__(_("Some workflows were changed by somebody else after the preview."), code="stale")
        self.moved = list(moved)
        self.missing = missing
        """Rows that are no longer there at all."""


class RowsRefused(Conflict):
    """Some of the rows cannot be changed so. Nothing was changed; `lines` say which and why."""

    def __init__(self, lines: Sequence[Line]) -> None:
        told = [f"{line.workflow.reference}: {line.refusal}" for line in lines[:5]]
        more = len(lines) - len(told)
        if more > 0:
            told.append(ngettext("%(n)d more workflow.", "%(n)d more workflows.", more) % {"n": more})
        super().__init__(_("Nothing was changed.") + " " + " ".join(told), code="rows-refused")
        self.lines = list(lines)


@dataclass(frozen=True)
class Done:
    """What came of it; no change-set where every row said so already."""

    changed: int
    change_set: ChangeSet | None


def preview(rows: Sequence[Workflow], changes: Mapping[str, Any], *, by: User, at: datetime) -> list[Line]:
    """What `apply` would do, row by row. The rows carry new values afterwards: do not save them."""
    require(may_edit_many, by)
    refuse_too_many(len(rows))
    return draw_up(rows, read(changes), at=at)


@transaction.atomic
def apply(rows: Mapping[int, int], changes: Mapping[str, Any], *, by: User, at: datetime, reason: str) -> Done:
    """`rows` is primary key → version seen in the preview. Raises `RowsMoved` or `RowsRefused`, and changes nothing.

    A row that somebody else saved meanwhile stands in the way only if it would change.
    """
    require(may_edit_many, by)
    refuse_too_many(len(rows))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    wanted = read(changes)
    # Locked in one order, so that two such changes wait for each other instead of standing still.
    current = list(Workflow.objects.select_for_update().filter(pk__in=rows).defer("search").order_by("pk"))
    lines = [line for line in draw_up(current, wanted, at=at) if line.changes]
    moved = [line.workflow for line in lines if line.workflow.version != rows[line.workflow.pk]]
    if moved or len(current) < len(rows):
        raise RowsMoved(moved, len(rows) - len(current))
    if refused := [line for line in lines if line.refusal]:
        raise RowsRefused(refused)
    if not lines:
        return Done(0, None)
    enter_many([line.workflow for line in lines if line.goes_live], by=by, at=at)
    title = title_of(lines)
    return Done(len(lines), write(lines, by=by, at=at, reason=reason, kind=ChangeSet.Kind.EDIT, title=title))


def write(
    lines: Sequence[Line],
    *,
    by: User,
    at: datetime,
    reason: str,
    kind: str,
    title: str,
    undoes: ChangeSet | None = None,
) -> ChangeSet:
    """Save the lines' workflows, each with a history row, under one change-set. The caller holds them locked."""
    for line in lines:
        leave_production(line.workflow)
        line.workflow.version += 1
        line.workflow.updated_at = at
    rows = [line.workflow for line in lines]
    put_readiness(rows, at=at)
    columns = set().union(*(line.columns for line in lines))
    if "stage" in columns:
        columns.add("production_basis")
    change_set = begin(by=by, at=at, reason=reason, kind=kind, title=title, rows=len(lines), undoes=undoes)
    keep_lines(change_set, lines)
    with acting(user_id=by.pk, reason=reason, unit_id=f"change-set-{change_set.pk}"):
        update_many(rows, sorted({*columns, "version", "updated_at", *KEPT}))
    return change_set


def refuse_too_many(number: int) -> None:
    if number > MOST:
        sentence = _("At most %(most)s workflows are changed at once. Narrow the view first.")
        raise Conflict(sentence % {"most": MOST})
