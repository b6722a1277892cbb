"""Who opened a restricted incident is part of the record.

The rule: opening any page of its room, its detail in the API, or anything listed below it there, is noted once for
each person, incident and way in (page or API) within ten minutes. So neither a page that asks for news every few
seconds nor somebody walking through the sections floods the record, while every visit leaves its trace. Lists, where a
restricted incident stands with its title for those who may see it, are not openings.
"""

from datetime import datetime, timedelta

from incidents.models import Incident
from registry.kernel.audit.asof import moment, present
from registry.kernel.audit.context import acting, current
from registry.kernel.audit.events import note
from registry.models import AuditEntry, User

ONE_VISIT = timedelta(minutes=10)


def opened(incident: Incident, *, by: User, at: datetime) -> None:
    """Note the opening, unless this very visit is on record. Costs nothing for incidents that are not restricted.

    Read as of an earlier moment, an incident is as restricted as it is today.
    """
    if moment() is None:
        _note_once(incident, by=by, at=at)
        return
    with present():
        _note_once(Incident.objects.get(pk=incident.pk), by=by, at=at)


def _note_once(incident: Incident, *, by: User, at: datetime) -> None:
    if not incident.is_restricted:
        return
    label, origin = Incident._meta.label_lower, str(current().origin)
    earlier = AuditEntry.objects.filter(
        actor_id=by.pk,
        at__gt=at - ONE_VISIT,
        event="VIEWED",
        object_type=label,
        object_id=str(incident.pk),
        origin=origin,
    )
    if not earlier.exists():
        with acting(user_id=by.pk):
            note("VIEWED", at=at, object_type=label, object_id=incident.pk)
