"""What every chase does alike: the notices that are owed are worked out from dates, and made where they were not yet.

Keys carry what the notice is about, its step and its recipient, so that a sweep that runs often, twice at once or late
tells each person once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.notify.tell import tell
from registry.models import Notice, User

AT_ONCE = 500
"""Notices whose keys are looked up together."""


@dataclass(frozen=True)
class Call:
    """One notice owed to one person. `key` is the same whenever it is worked out again."""

    key: str
    recipient: User
    subject: str
    body: str
    about: Any
    """The record, where there is one."""
    url: str = ""
    """Where that is put right; the record's own page unless it is said."""


def tell_new(calls: Iterable[Call], *, kind: str, at: datetime) -> int:
    """Those of the calls that were not made before; how many."""
    told, left = 0, iter(calls)
    while batch := list(islice(left, AT_ONCE)):
        known = set(Notice.objects.filter(key__in=[call.key for call in batch]).values_list("key", flat=True))
        told += sum(_tell(call, kind=kind, at=at) for call in batch if call.key not in known)
    return told


@transaction.atomic
def _tell(call: Call, *, kind: str, at: datetime) -> bool:
    _notice, is_new = tell(
        key=call.key,
        kind=kind,
        recipient=call.recipient,
        subject=call.subject,
        body=call.body,
        at=at,
        url=call.url or call.about.get_absolute_url(),
        about=call.about,
    )
    return is_new


def how_late(late: int) -> str:
    """`late`: days since it was due; negative before."""
    if late < 0:
        return ngettext("It is due in %(n)s day.", "It is due in %(n)s days.", -late) % {"n": -late}
    if late == 0:
        return _("It is due today.")
    return ngettext("It is %(n)s day late.", "It is %(n)s days late.", late) % {"n": late}


def still_here(*people: User | None) -> User | None:
    return next((person for person in people if person is not None and person.is_active), None)
