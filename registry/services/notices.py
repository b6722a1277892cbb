"""Reading what one was told."""

from datetime import datetime

from registry.kernel.access.verdict import require
from registry.models import Notice, User
from registry.policies.people import may_keep_own, may_read_notice


def mark_read(notice: Notice, *, by: User, at: datetime) -> None:
    """The first reading counts."""
    require(may_read_notice, by, notice)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def mark_all_read(*, by: User, at: datetime) -> int:
    """How many had not been read."""
    require(may_keep_own, by)
    return Notice.objects.filter(recipient=by, read_at__isnull=True).update(read_at=at)
