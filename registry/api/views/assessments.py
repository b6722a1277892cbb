"""Risk tier: judged by the rules, or differently when a second person agrees."""

from typing import Any

from rest_framework.decorators import action

from registry.api.serializers.assessments import AskOverride, Assess, Assessment, DecideOverride
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ReadViewSet, writes
from registry.models import TierAssessment, Workflow
from registry.policies import assessments as policies
from registry.policies.workflows import may_see_register
from registry.services import assessments as services


class AssessmentViewSet(OfWorkflow, ReadViewSet):
    """The judgements of one workflow; none is ever edited."""

    queryset = TierAssessment.objects.all()
    serializer_class = Assessment
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = TierAssessment.objects.filter(workflow=self.parent())
        return rows.select_related("rule_set", "assessed_by", "override_decided_by")

    @writes(policies.may_assess, Assess, Assessment, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> TierAssessment:
        return services.assess(workflow, by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="ask-override")
    @writes(policies.may_ask_override, AskOverride, Assessment, status=201)
    def ask_override(self, workflow: Workflow, given: dict[str, Any]) -> TierAssessment:
        return services.ask_override(workflow, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_override, DecideOverride, Assessment)
    def decide(self, assessment: TierAssessment, given: dict[str, Any]) -> TierAssessment:
        """A second person's answer to a tier that was asked for."""
        return services.decide_override(assessment, by=self.by, at=self.at, **given)
