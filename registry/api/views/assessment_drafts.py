"""Answering the questionnaire a piece at a time."""

from functools import cached_property
from typing import Any

from rest_framework.decorators import action

from registry.api.serializers.assessment_drafts import AnswerAct, AnswerArea, Draft, SubmitDraft
from registry.api.serializers.assessments import Assessment
from registry.api.views.nested import OfWorkflow
from registry.contradictions import Known
from registry.kernel.http.api import ReadViewSet, writes
from registry.models import AssessmentDraft, TierAssessment, Workflow
from registry.policies import assessments as policies
from registry.services import assessment_drafts as services
from registry.services.known_facts import known_of


class AssessmentDraftViewSet(OfWorkflow, ReadViewSet):
    """Unfinished assessments of one workflow, one for each person who assesses it."""

    queryset = AssessmentDraft.objects.all()
    serializer_class = Draft
    reads = staticmethod(policies.may_see_drafts)

    def visible(self) -> Any:
        return AssessmentDraft.objects.filter(workflow=self.parent()).select_related("person")

    @cached_property
    def known(self) -> Known:
        return known_of(self.parent())

    @writes(policies.may_assess, None, Draft, status=201)
    def create(self, workflow: Workflow) -> AssessmentDraft:
        """Begin, from the newest answers; or the draft the caller has already."""
        return services.begin(workflow, by=self.by, at=self.at)

    @action(detail=True, methods=["post"], url_path="answer-area")
    @writes(policies.may_answer, AnswerArea, Draft)
    def answer_area(self, draft: AssessmentDraft, given: dict[str, Any]) -> AssessmentDraft:
        return services.answer_area(draft, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="answer-ai-act")
    @writes(policies.may_answer, AnswerAct, Draft)
    def answer_act(self, draft: AssessmentDraft, given: dict[str, Any]) -> AssessmentDraft:
        return services.answer_act(draft, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_answer, None, Draft)
    def discard(self, draft: AssessmentDraft) -> AssessmentDraft:
        """The answers go; what they were stays in the history."""
        services.discard(draft, by=self.by, at=self.at)
        return draft

    @action(detail=True, methods=["post"])
    @writes(policies.may_answer, SubmitDraft, Assessment, status=201)
    def submit(self, draft: AssessmentDraft, given: dict[str, Any]) -> TierAssessment:
        """The answers become an assessment and the draft ends."""
        return services.submit(draft, by=self.by, at=self.at, **given)
