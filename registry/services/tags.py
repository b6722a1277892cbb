"""Giving a tag another name, in every workflow that carries it; under a name in use, the two become one."""

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User, Workflow
from registry.policies.tags import may_rename_tags

MOST: Final = 5000
"""Workflows in one renaming: each gets a history row while somebody waits."""
LONGEST: Final = 40


def carrying(tag: str) -> int:
    return Workflow.objects.filter(tags__contains=[tag]).count()


@transaction.atomic
def rename(tag: str, *, to: str, by: User, at: datetime, reason: str) -> int:
    """Returns how many workflows changed. A workflow that carries both keeps one; the order of its tags stays."""
    require(may_rename_tags, by)
    new = checked(to)
    if new == tag:
        raise ValidationError({"to": _("This is the name it has.")})
    rows = list(Workflow.objects.select_for_update().filter(tags__contains=[tag]).order_by("pk")[: MOST + 1])
    if not rows:
        raise ValidationError({"tag": _("No workflow carries the tag “%(tag)s” any more.") % {"tag": tag[:LONGEST]}})
    if len(rows) > MOST:
        raise Conflict(
            _("More than %(most)s workflows carry this tag. Give those of one view the new tag at a time.")
            % {"most": MOST}
        )
    for row in rows:
        row.tags = list(dict.fromkeys(new if name == tag else name for name in row.tags))
        row.version += 1
        row.updated_at = at
    with acting(user_id=by.pk, reason=reason):
        update_many(rows, ["tags", "version", "updated_at"])
    return len(rows)


def checked(name: str) -> str:
    """A name that can be typed as one of several: one line, without commas."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"to": _("Give the tag a name.")})
    if "," in name:
        raise ValidationError({"to": _("A tag has no comma: commas separate tags.")})
    if len(name) > LONGEST:
        raise ValidationError({"to": _("A tag has at most %(limit)d characters.") % {"limit": LONGEST}})
    return name
