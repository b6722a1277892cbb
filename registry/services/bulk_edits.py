"""One change to many workflows: all of them or none, each with a history row like a single edit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User, Workflow
from registry.policies.bulk_edits import may_edit_many

MOST: Final = 1000
"""Rows in one change: what somebody can still read in a preview."""


class RowsMoved(Conflict):
    """Some of the rows were saved by somebody else after the preview. Nothing was changed."""

    def __init__(self, moved: Sequence[Workflow], missing: int) -> None:
        super().__init__(_("Some workflows were changed by somebody else after the preview."), code="stale")
        self.moved = list(moved)
        self.missing = missing
        """Rows that are no longer there at all."""


def set_next_review(rows: Mapping[int, int], *, by: User, at: datetime, day: date, reason: str) -> int:
    """`rows` is primary key → version seen in the preview. Returns how many really changed."""
    return _change(rows, by=by, at=at, reason=reason, fields={"next_review_date": day})


def assign_owner(rows: Mapping[int, int], *, by: User, at: datetime, owner: User, reason: str) -> int:
    """Makes `owner` the business owner. Returns how many really changed."""
    if not owner.is_active:
        raise ValidationError({"value": _("%(person)s has left; choose somebody who is active.") % {"person": owner}})
    return _change(rows, by=by, at=at, reason=reason, fields={"business_owner_id": owner.pk})


@transaction.atomic
def _change(rows: Mapping[int, int], *, by: User, at: datetime, reason: str, fields: Mapping[str, Any]) -> int:
    require(may_edit_many, by)
    if len(rows) > MOST:
        raise Conflict(_("At most %(most)s workflows are changed at once.") % {"most": MOST})
    # Locked in one order, so that two such changes wait for each other instead of standing still.
    current = list(Workflow.objects.select_for_update().filter(pk__in=rows).order_by("pk"))
    changing = [row for row in current if any(getattr(row, name) != value for name, value in fields.items())]
    moved = [row for row in changing if row.version != rows[row.pk]]
    if moved or len(current) < len(rows):
        raise RowsMoved(moved, len(rows) - len(current))
    for row in changing:
        for name, value in fields.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_at = at
    with acting(user_id=by.pk, reason=reason):
        update_many(changing, [*(name.removesuffix("_id") for name in fields), "version", "updated_at"])
    return len(changing)
