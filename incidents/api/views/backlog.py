"""How much work waits for people since the automation was narrowed."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.backlog import Backlog, QueueOutlook, ReadBacklog
from incidents.api.views.nested import OfIncident
from incidents.models import BacklogReading, Incident
from incidents.policies.backlog import may_record
from incidents.policies.incidents import may_see_list
from incidents.services import backlog
from registry.api.past import PastViewSet
from registry.kernel.http.api import writes

PUSHED = OpenApiExample(
    "A program tells how long the queue is",
    value={"queue": "Manual claims", "length": 412, "people": 9, "per_hour_in": 60, "per_hour_out": 85},
    request_only=True,
)


class BacklogViewSet(OfIncident, PastViewSet):
    """Readings, newest first. Append-only: a wrong one is followed by a right one."""

    queryset = BacklogReading.objects.all()
    serializer_class = Backlog
    filterset_fields = ("queue", "source")
    reads = staticmethod(may_see_list)
    joins = ("by",)

    @writes(may_record, ReadBacklog, Backlog, status=201, examples=[PUSHED])
    def create(self, incident: Incident, given: dict[str, Any]) -> BacklogReading:
        """Push a reading."""
        return backlog.record(incident, by=self.by, at=self.at, source=BacklogReading.Source.PROGRAM, **given)

    @extend_schema(responses=QueueOutlook(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def outlook(self, request: Request, incident_pk: int) -> Response:
        """Each queue: whether it grows, and when it clears at the present rate."""
        return Response(QueueOutlook(backlog.queues_of(self.parent()), many=True).data)
