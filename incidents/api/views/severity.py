"""Severity: the rules propose, a person confirms, every judgement is kept."""

from typing import Any

from incidents.api.serializers.severity import JudgeSeverity, SeverityJudgement
from incidents.api.views.nested import OfIncident
from incidents.models import Incident, SeverityAssessment
from incidents.policies import incidents as policies
from incidents.services import severity as services
from registry.kernel.http.api import ReadViewSet, writes


class SeverityViewSet(OfIncident, ReadViewSet):
    queryset = SeverityAssessment.objects.all()
    serializer_class = SeverityJudgement
    reads = staticmethod(policies.may_see_list)
    joins = ("scale", "by")

    @writes(policies.may_assess_severity, JudgeSeverity, SeverityJudgement, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> SeverityAssessment:
        return services.assess(incident, by=self.by, at=self.at, **given)
