"""Incidents: listed, declared, read, and what is known of them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from incidents.api.serializers.incidents import (
    ConfirmFacts,
    Declare,
    IncidentDetail,
    IncidentRow,
    ReportNearMiss,
)
from incidents.api.views.nested import seen_by
from incidents.filters.incidents import IncidentFilter
from incidents.models import Incident
from incidents.policies import incidents as policies
from incidents.services import declaring, facts, reading
from registry.api.past import PastViewSet
from registry.kernel.http.api import writes

PEOPLE = ("declared_by", "recovery_asked_by", "baseline_confirmed_by")
EXAMPLE = OpenApiExample(
    "From monitoring",
    value={
        "title": "Declined claims quote a policy that does not exist",
        "summary": "11 of 240 letters since 06:40 cite a paragraph that is in no policy.",
        "workflow": 12,
        "kind": "HARMFUL_OUTPUT",
        "inputs": {"harm": "MATERIAL", "exposure": "SOME_CUSTOMERS"},
    },
    request_only=True,
)


class IncidentViewSet(PastViewSet):
    """Incidents, near misses and quality issues. Lists take the same filters as the page."""

    queryset = Incident.objects.all()
    serializer_class = IncidentDetail
    serializer_classes = {"list": IncidentRow}
    filterset_class = IncidentFilter
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        rows = seen_by(self.by).select_related("declared_by").prefetch_related("workflows").defer("search")
        if self.action == "list":
            return rows.defer("search", "summary", "harm_seen", "known_facts")
        return rows.select_related(*PEOPLE).prefetch_related("phases")

    def get_object(self) -> Any:
        """That a restricted one was read goes on record; what is done to one is on record anyway."""
        found = super().get_object()
        if self.action == "retrieve":
            reading.opened(found, by=self.by, at=timezone.now())
        return found

    @writes(policies.may_declare, Declare, IncidentDetail, status=201, examples=[EXAMPLE])
    def create(self, given: dict[str, Any]) -> Incident:
        """Declare an incident. Title, summary and workflow are enough."""
        return declaring.declare(by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="near-miss")
    @writes(policies.may_declare, ReportNearMiss, IncidentDetail, status=201)
    def near_miss(self, given: dict[str, Any]) -> Incident:
        """Report what was caught before it harmed, or what is below the line of an incident."""
        return declaring.report_near_miss(by=self.by, at=self.at, **given)

    @action(detail=True, methods=["put"])
    @writes(policies.may_work, ConfirmFacts, IncidentDetail)
    def facts(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """Put the whole list of facts in force. A label with an empty text is dropped."""
        known = given["facts"]
        return facts.confirm_facts(incident, by=self.by, at=self.at, facts=known, opened_version=given["version"])
