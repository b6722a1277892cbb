"""How ready a workflow is for its first incident."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.past import AT, PastViewSet
from registry.api.serializers.readiness import ReadinessDetail, told
from registry.api.views.nested import OfWorkflow
from registry.models import Stage, Workflow
from registry.policies.workflows import may_see_register
from registry.reports.readiness import judgement_of

STAGE = OpenApiParameter(
    "stage", str, enum=[Stage.PRODUCTION.value], description="Judge as it would be judged in production."
)


class WorkflowReadinessViewSet(OfWorkflow, PastViewSet):
    queryset = Workflow.objects.none()
    serializer_class = ReadinessDetail
    reads = staticmethod(may_see_register)

    @extend_schema(parameters=[AT, STAGE], responses=ReadinessDetail)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every check with its result, what it rests on, and the provisions it answers to."""
        return self._then(request, self._answer, *args, **kwargs)

    def _answer(self, request: Request, workflow_pk: int) -> Response:
        ahead = request.query_params.get("stage") == Stage.PRODUCTION
        judged = judgement_of(self.parent(), self.at, stage=Stage.PRODUCTION if ahead else "")
        return Response(ReadinessDetail(told(judged)).data)
