"""An incident in the words of public frameworks."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.exporting import MappedStandard
from incidents.api.views.nested import OfIncident
from incidents.models import Incident
from incidents.policies.incidents import may_see_list
from incidents.services import exporting
from registry.kernel.http.api import PolicyViewSet

STANDARD = OpenApiParameter(
    "standard", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(exporting.STANDARDS), description="Which framework."
)


class ExportViewSet(OfIncident, PolicyViewSet):
    queryset = Incident.objects.none()
    serializer_class = MappedStandard
    pagination_class = None
    reads = staticmethod(may_see_list)

    def list(self, request: Request, incident_pk: int) -> Response:
        """Every framework: which fields are filled directly, partly or not at all, and from what."""
        found = exporting.mapped(self.parent(), by=self.by, at=self.at)
        return Response(self.get_serializer(found, many=True).data)

    @extend_schema(parameters=[STANDARD], responses={200: OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, incident_pk: int, standard: str) -> Response:
        """The document itself; `aiid` is the address of a prefilled form. Taking it is recorded."""
        if standard not in exporting.STANDARDS:
            raise Http404
        found: dict[str, Any] = exporting.take(self.parent(), standard, by=self.by, at=self.at)
        return Response(found)
