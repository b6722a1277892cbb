"""Addresses below an incident."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from incidents.models import Incident
from incidents.services import reading


def seen_by(user: Any) -> Any:
    """The incidents that exist for this person."""
    return Incident.objects.visible_to(user)


class OfIncident:
    """A viewset under `incidents/<incident_pk>/`. What the caller may not see does not exist."""

    by: Any
    kwargs: dict[str, Any]
    queryset: Any
    joins: tuple[str, ...] = ()

    def parent(self) -> Incident:
        """That a restricted incident was read from goes on record."""
        found: Incident = get_object_or_404(seen_by(self.by), pk=self.kwargs["incident_pk"])
        reading.opened(found, by=self.by, at=timezone.now())
        return found

    def visible(self) -> Any:
        return self.queryset.filter(incident=self.parent()).select_related("incident", *self.joins)
