"""That somebody read an action item or a report of a restricted incident is part of the record."""

from datetime import datetime

from incidents.models import Incident
from incidents.services import reading
from registry.models import Document, User
from reviews.models import ActionItem
from reviews.policies.reports import INCIDENTS


def opened(item: ActionItem, *, by: User, at: datetime) -> None:
    """Note it under the item: whoever must do it may read it and not the incident."""
    reading.part_opened(item._meta.label_lower, item.pk, item.incident, by=by, at=at)


def report_opened(document: Document, *, by: User, at: datetime) -> None:
    """What was corrected, and what differs from the version before, says what the incident says."""
    if document.object_type == INCIDENTS and (incident := Incident.objects.filter(pk=document.object_id).first()):
        reading.opened(incident, by=by, at=at)
