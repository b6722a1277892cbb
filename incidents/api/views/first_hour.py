"""The first hour of an incident: what is done, late and next."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.first_hour import DecideStep, FirstHour, HourDecision
from incidents.api.views.nested import OfIncident
from incidents.models import FirstHourDecision, Incident
from incidents.policies import incidents as policies
from incidents.services import first_hour as services
from registry.kernel.http.api import PolicyViewSet, writes


class FirstHourViewSet(OfIncident, PolicyViewSet):
    queryset = FirstHourDecision.objects.all()
    serializer_class = FirstHour
    reads = staticmethod(policies.may_see_list)
    joins = ("by",)

    @extend_schema(responses=FirstHour)
    def list(self, request: Request, incident_pk: int) -> Response:
        """The four windows with their steps. A near miss or a quality issue has none."""
        found = services.first_hour(self.parent(), self.at)
        if found is None:
            raise NotFound
        return Response(FirstHour(found).data)

    @action(detail=False, methods=["post"], url_path="set-aside")
    @writes(policies.may_work, DecideStep, HourDecision, status=201)
    def set_aside(self, incident: Incident, given: dict[str, Any]) -> FirstHourDecision:
        """Leave a step out, with a reason."""
        return services.set_aside(incident, by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="take-up")
    @writes(policies.may_work, DecideStep, HourDecision, status=201)
    def take_up(self, incident: Incident, given: dict[str, Any]) -> FirstHourDecision:
        """Take a step after all that was set aside."""
        return services.take_up(incident, by=self.by, at=self.at, **given)
