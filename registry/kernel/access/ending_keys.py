"""How keys that were given out to programs end: replaced with an overlap, or revoked at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting

LONGEST_OVERLAP: Final = timedelta(days=30)


def require_overlap(overlap: timedelta) -> None:
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ValidationError({"overlap": _("At most %(days)s days.") % {"days": LONGEST_OVERLAP.days}})


def let_run_out(old: Iterable[Any], made: Any, *, by: int, until: datetime) -> None:
    """The locked keys, which `made` replaces, go on until then, so that senders can change over; none lives longer."""
    with acting(user_id=by, reason=_("Replaced by %(prefix)s…") % {"prefix": made.prefix}):
        for key in old:
            key.expires_at = until if key.expires_at is None else min(until, key.expires_at)
            key.save()


def end_now(key: Any, *, by: int, at: datetime, reason: str) -> None:
    """The locked key opens nothing from this moment on. Doing it twice changes nothing."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if key.revoked_at is None:
        key.revoked_at = at
        with acting(user_id=by, reason=reason.strip()[:500]):
            key.save()
