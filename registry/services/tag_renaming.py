"""Giving a tag another name, in every workflow that carries it; under a name in use, the two become one."""

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.models import ChangeSet, User, Workflow
from registry.policies.tags import may_rename_tags
from registry.services.changing.applying import write
from registry.services.changing.planning import Line
from registry.services.tags import LONGEST, checked

MOST: Final = 5000
"""Workflows in one step: each gets a history row while somebody waits."""


@transaction.atomic
def rename(tag: str, *, to: str, by: User, at: datetime, reason: str) -> ChangeSet:
    """The change-set of it. A workflow that carries both keeps one; the order of its tags stays.

    At most `MOST` workflows, by number. Where more carry the tag they still do: the same again takes the next, as a
    change-set of its own, so that each step can be read and undone by itself.
    """
    require(may_rename_tags, by)
    new = checked(to)
    if new == tag:
        raise ValidationError({"to": _("This is the name it has.")})
    carrying = Workflow.objects.select_for_update().filter(tags__contains=[tag]).defer("search")
    rows = list(carrying.order_by("pk")[:MOST])
    if not rows:
        raise ValidationError({"tag": _("No workflow carries the tag “%(tag)s” any more.") % {"tag": tag[:LONGEST]}})
    title = _("Tag “%(tag)s” renamed to “%(new)s”") % {"tag": tag, "new": new}
    lines = [_line(row, tag, new) for row in rows]
    return write(lines, by=by, at=at, reason=reason, kind=ChangeSet.Kind.EDIT, title=title)


def _line(row: Workflow, tag: str, new: str) -> Line:
    before = list(row.tags)
    row.tags = list(dict.fromkeys(new if name == tag else name for name in before))
    return Line(row, {"tags": (before, row.tags)})
