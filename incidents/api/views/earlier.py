"""What happened before and looks alike."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.earlier import EarlierIncidents
from incidents.api.views.nested import OfIncident
from incidents.models import Incident
from incidents.policies import incidents as policies
from incidents.services import recurrence
from registry.kernel.http.api import PolicyViewSet


class EarlierViewSet(OfIncident, PolicyViewSet):
    queryset = Incident.objects.all()
    serializer_class = EarlierIncidents
    reads = staticmethod(policies.may_see_list)

    @extend_schema(responses=EarlierIncidents)
    def list(self, request: Request, incident_pk: int) -> Response:
        """Earlier incidents most alike, and fixes that lapsed; only what the caller may see."""
        return Response(EarlierIncidents(recurrence.earlier(self.parent(), user=self.by, at=self.at)).data)
