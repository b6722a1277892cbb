"""Moments in addresses: `?at=2026-11-20T14:30Z`, with Z or an offset, or as a date field of the browser sends it."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

PARAMETER = "at"
ZONE = "zone"
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")
_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


def read_moment(text: str, *, now: datetime, zone: str = "") -> datetime:
    """The moment that `text` names. Without an offset it is a time in `zone`, or in the zone of the site.

    Refuses, in a sentence, what is no moment and what has not come yet.
    """
    given = _LOST_PLUS.sub(r"+\1", text.strip())  # an unescaped plus arrives as a space
    try:
        if not _SHAPE.fullmatch(given):
            raise ValueError(given)
        found = datetime.fromisoformat(given)
        if timezone.is_naive(found):
            found = found.replace(tzinfo=ZoneInfo(zone) if zone else timezone.get_default_timezone())
        moment = found.astimezone(UTC)
    except (ValueError, OverflowError, KeyError, OSError) as unreadable:
        sentence = _("Give a date and a time, such as 2026-11-20T14:30Z.")
        raise ValidationError(sentence, code="invalid") from unreadable
    if moment > now:
        raise ValidationError(_("This moment has not come yet. Nothing is known of it."), code="future")
    return moment


def written(at: datetime) -> str:
    """The same moment always in the same letters: in UTC, as exact as it is."""
    utc = at.astimezone(UTC)
    exactness = "microseconds" if utc.microsecond else "seconds" if utc.second else "minutes"
    return utc.replace(tzinfo=None).isoformat(timespec=exactness) + "Z"


def in_words(at: datetime) -> str:
    """For people: 20 Nov 2026, 14:30 UTC; with seconds where there are any."""
    local = timezone.localtime(at)
    clock = local.strftime("%H:%M:%S" if local.second or local.microsecond else "%H:%M")
    return f"{local.day} {local.strftime('%b %Y')}, {clock} {local.tzname()}"
