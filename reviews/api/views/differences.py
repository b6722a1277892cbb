"""Two moments of an incident beside each other: reviews and action items among what is under it."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.views.nested import seen_by
from incidents.models import Incident
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list
from incidents.services import reading
from registry.api.differences import compares, difference
from registry.api.serializers.differences import DifferenceDetail
from registry.kernel.http.api import PolicyViewSet
from reviews.reports import differences


class IncidentDifferenceViewSet(PolicyViewSet):
    queryset = Incident.objects.all()
    serializer_class = DifferenceDetail
    reads = staticmethod(may_see_list)

    def visible(self) -> Any:
        return seen_by(self.by)

    @compares()
    @action(detail=True)
    def difference(self, request: Request, pk: int) -> Response:
        """What changed between two moments on the incident and everything under it."""
        incident = self.get_object()
        reading.opened(incident, by=self.by, at=self.at)
        reading.all_pieces_shown(incident, by=self.by, at=self.at)
        kinds = differences.incident_kinds(incident, closed_to(self.by, incident))
        return difference(request, incident, kinds, differences.LOGS)
