"""Who read what a restricted incident says is part of the record.

The rule: opening any page of its room, its detail in the API, or anything listed below it there, is noted once for
each person, incident and way in (page or API) within ten minutes. So neither a page that asks for news every few
seconds nor somebody walking through the sections floods the record, while every visit leaves its trace. What shows
the words of the record elsewhere counts as a visit too: its review, the difference of two of its moments or reports,
and its entries of the audit log. Lists, where a restricted incident and what belongs to it stand with their titles
for those who may see them, are not openings.

Some of what belongs to it may be read by people who do not see the incident, or is closed more tightly: of an action
item and of a restricted piece of evidence the note names the record itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from incidents.models import Evidence, Incident
from incidents.policies.evidence import may_download
from incidents.reports.owning import incidents_of
from registry.kernel.audit import watching
from registry.kernel.audit.asof import moment, present
from registry.kernel.audit.context import acting, current
from registry.kernel.audit.events import note
from registry.models import AuditEntry, User

ONE_VISIT = timedelta(minutes=10)
EVIDENCE = "incidents.evidence"


def declare() -> None:
    watching.declare(shown)


def opened(incident: Incident, *, by: User, at: datetime) -> None:
    """Note the opening, unless this very visit is on record. Costs nothing for incidents that are not restricted."""
    part_opened(incident._meta.label_lower, incident.pk, incident, by=by, at=at)


def part_opened(label: str, number: int, incident: Incident | None, *, by: User, at: datetime) -> None:
    """Note that a record of `incident` was opened, under its own name.

    Read as of an earlier moment, an incident is as restricted as it is today.
    """
    if incident is None:
        return
    if moment() is not None:
        with present():
            now = Incident.objects.only("visibility").get(pk=incident.pk)
            part_opened(label, number, now, by=by, at=at)
    elif incident.is_restricted:
        _note_once(label, number, by=by, at=at)


def pieces_shown(numbers: Iterable[int], *, by: User, at: datetime) -> None:
    """Note that what restricted pieces of evidence say was shown, beside other things. The rest is passed over."""
    if not (wanted := set(numbers)):
        return
    with present():
        rows = Evidence.objects.filter(pk__in=wanted, is_restricted=True).select_related("incident")
        for piece in rows.order_by("pk"):
            if may_download(by, piece):
                _note_once(EVIDENCE, piece.pk, by=by, at=at)


def all_pieces_shown(incident: Incident, *, by: User, at: datetime) -> None:
    """The same for all restricted pieces of an incident that this person may read."""
    with present():
        pieces = Evidence.objects.filter(incident_id=incident.pk, is_restricted=True)
        pieces_shown(pieces.values_list("pk", flat=True), by=by, at=at)


def openings_of(piece: Evidence) -> QuerySet[AuditEntry]:
    """Each time a restricted piece was looked at, newest first. What was downloaded stands in its chain of custody."""
    rows = AuditEntry.objects.filter(event="VIEWED", object_type=EVIDENCE, object_id=str(piece.pk))
    return rows.order_by("-id")


def shown(parts: watching.Parts, *, by: User, at: datetime) -> None:
    """Note whose entries of the history were shown: restricted incidents and restricted pieces of evidence."""
    restricted = Incident.objects.filter(
        pk__in=incidents_of(parts), visibility=Incident.Visibility.RESTRICTED
    ).order_by("pk")
    for incident in restricted:
        opened(incident, by=by, at=at)
    if pieces := parts.get(EVIDENCE):
        pieces_shown(map(int, pieces), by=by, at=at)


def _note_once(label: str, number: int, *, by: User, at: datetime) -> None:
    earlier = AuditEntry.objects.filter(
        actor_id=by.pk,
        at__gt=at - ONE_VISIT,
        event="VIEWED",
        object_type=label,
        object_id=str(number),
        origin=str(current().origin),
    )
    if not earlier.exists():
        with acting(user_id=by.pk):
            note("VIEWED", at=at, object_type=label, object_id=number)
