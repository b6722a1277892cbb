"""The room as it happens: a stream of events, and who is here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.live import Present
from incidents.api.serializers.timeline import Line
from incidents.api.views.nested import OfIncident
from incidents.live.drawing import Kind, drawers
from incidents.live.opening import streamed
from incidents.models import Evidence, Incident, TimelineEntry
from incidents.policies.evidence import is_closed_to_kind
from incidents.policies.incidents import may_see_list
from incidents.services.presence import Here, people_in
from registry.kernel.access.models import ApiToken
from registry.kernel.http.api import PolicyViewSet

FORM = "api"


class EventStream(JSONRenderer):
    """So that clients may ask for events; what is refused is told in JSON all the same."""

    media_type = "text/event-stream"


class StreamViewSet(OfIncident, PolicyViewSet):
    queryset = Incident.objects.none()
    serializer_class = Line
    pagination_class = None
    renderer_classes = (JSONRenderer, EventStream)
    reads = staticmethod(may_see_list)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "after", OpenApiTypes.INT, description="Begin after this entry; with what comes unless given."
            ),
            OpenApiParameter(
                "Last-Event-ID", OpenApiTypes.INT, OpenApiParameter.HEADER, description="The same, and counts more."
            ),
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def list(self, request: Request, incident_pk: int) -> HttpResponse:
        """Server-sent events, open for as long as the caller may see the incident and the token stands.

        `entries` (new ones in `lines`, as the timeline lists them; its id is that of the newest; `is_cut` when there
        were more than fifty), `altered` (entries that were corrected or pinned), `room` (version, state, severity,
        category and visibility), `present` (as `present/`), `beat` (the line is open), `closed` (it is closed to the
        caller).
        """
        token = request.auth.pk if isinstance(request.auth, ApiToken) else None
        return streamed(request._request, self.parent(), by=self.by, form=FORM, token=token)


class PresenceViewSet(OfIncident, PolicyViewSet):
    queryset = Incident.objects.none()
    serializer_class = Present
    pagination_class = None
    reads = staticmethod(may_see_list)

    @extend_schema(responses=Present(many=True))
    def list(self, request: Request, incident_pk: int) -> Response:
        """Who is in the room now, whoever came first first; somebody is gone 30 seconds after their last sign."""
        return Response(Present(people_in(self.parent(), at=self.at), many=True).data)


class Api:
    """The same as the lists of the API give."""

    def line(self, entries: Sequence[TimelineEntry], incident: Incident, kind: Kind, at: datetime) -> Any:
        closed: set[int] = set()
        if any(row.kind == TimelineEntry.Kind.EVIDENCE for row in entries):
            pieces = Evidence.objects.filter(incident=incident, is_restricted=True)
            reads = kind.reads_restricted
            closed = {piece.pk for piece in pieces if is_closed_to_kind(piece, reads_restricted=reads)}
        return Line(entries, many=True, context={"closed": closed}).data

    def about(self, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
        return {}

    def room(self, incident: Incident, kind: Kind, at: datetime) -> dict[str, Any]:
        names = ("version", "state", "severity", "category", "visibility")
        return {name: getattr(incident, name) for name in names}

    def present(self, people: Sequence[Here], at: datetime) -> Any:
        return {"people": Present(people, many=True).data}


drawers[FORM] = Api()
