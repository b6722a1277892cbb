"""The criteria of playbooks for running as before."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.returning import Check, Criterion, Say
from incidents.api.views.nested import OfIncident
from incidents.models import CriterionCheck, Incident
from incidents.policies import incidents as policies
from incidents.services import returning
from registry.kernel.http.api import PolicyViewSet, writes


class CriterionViewSet(OfIncident, PolicyViewSet):
    queryset = CriterionCheck.objects.all()
    serializer_class = Criterion
    reads = staticmethod(policies.may_see_list)
    pagination_class = None

    @extend_schema(responses=Criterion(many=True))
    def list(self, request: Request, incident_pk: int) -> Response:
        return Response(Criterion(returning.criteria_of(self.parent()), many=True).data)

    @writes(policies.may_work, Say, Check, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> CriterionCheck:
        """Say that a criterion is met, or is not, and what shows it."""
        return returning.check(incident, by=self.by, at=self.at, **given)
