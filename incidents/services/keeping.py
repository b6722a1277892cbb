"""What must not be erased yet: what belongs to an incident that is open, or to one with evidence on legal hold."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Evidence, Incident
from registry.models import User, Workflow
from registry.services import erasures

OVER = (State.CLOSED, State.DECLINED, State.MERGED)


def declare() -> None:
    erasures.object_by(must_stay)


def must_stay(record: Any) -> str:
    for incident in _about(record).order_by("pk"):
        if incident.state not in OVER:
            sentence = _("%(reference)s is open. What belongs to it stays until it is closed.")
            return sentence % {"reference": incident.reference}
        if Evidence.objects.filter(incident=incident, is_on_hold=True).exists():
            return _(
                "Evidence of %(reference)s is on legal hold. What belongs to it stays until the hold is lifted."
            ) % {"reference": incident.reference}
    return ""


def _about(record: Any) -> QuerySet[Incident]:
    if isinstance(record, Incident):
        return Incident.objects.filter(pk=record.pk)
    if isinstance(record, User):
        own = Q(declared_by=record) | Q(assignments__person=record)
        return Incident.objects.filter(own).distinct()
    if isinstance(record, Workflow):
        return Incident.objects.filter(pk__in=record.incident_links.values("incident"))
    number = getattr(record, "incident_id", None)
    return Incident.objects.filter(pk=number) if number else Incident.objects.none()
