"""Checking one piece of evidence now, on somebody's word rather than by the clock."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Evidence
from incidents.policies import evidence as policies
from incidents.services import room
from incidents.services.custody import CUSTODY, FOUND, Custody, link, require_kept, stored_of
from incidents.services.damage import BAD, Alarm, tell_room
from registry.kernel.access.verdict import require
from registry.kernel.storage.checking import judge, settle
from registry.models import User


def verify(evidence: Evidence, *, by: User, at: datetime) -> str:
    """Compute the hash again from what is stored; returns the custody found. A bad finding is entered."""
    stored = stored_of(evidence)
    found = stored.digest()  # before the room is locked: two gigabytes take a while
    condition = judge(stored, found)
    custody = CUSTODY[condition]
    with room.entered(evidence.incident, by=by) as locked:
        row = Evidence.objects.select_related("file").get(pk=evidence.pk)
        require(policies.may_verify, by, row)
        require_kept(row)
        is_news = row.custody != custody and (custody != Custody.VERIFIED or row.custody in BAD)
        row.custody, row.checked_at = custody, at
        row.save()
        link(row, FOUND[custody], by=by, at=at, sha256=found)
        if is_news:
            row.incident = locked
            tell_room(row, custody, found, by=by, at=at)
        room.touch(locked)
    settle(stored, condition, found, Alarm(by, _("Found when it was verified")), at=at)
    return custody
