"""Requests at gates: asked for, decided step by step, taken back, put into effect; and their conditions."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.gates import (
    AskGate,
    ConditionDetail,
    DecideGate,
    GateRequestDetail,
    GateRequestRow,
    MeetCondition,
    WithdrawGate,
)
from registry.api.views.nested import OfWorkflow
from registry.filters.gates import GateFilter, listed
from registry.kernel.http.api import ListViewSet, PolicyViewSet, writes
from registry.models import GateCondition, GateRequest, Workflow
from registry.policies import gates as policies
from registry.policies.workflows import may_see_register
from registry.services import gates as services
from registry.services.gates_deciding import decide

GO_LIVE = OpenApiExample(
    "Go live", value={"kind": "GO_LIVE", "reason": "Eight weeks of pilot without a wrong answer"}, request_only=True
)
AGREE = OpenApiExample(
    "Under a condition",
    value={
        "approve": True,
        "reason": "Read, and agreed with operations",
        "conditions": [{"text": "Second monitor in use", "due_date": "2027-01-31", "owner": 7}],
    },
    request_only=True,
)
NAMES = ("used_by", "withdrawn_by")
BELOW = ("conditions__owner", "conditions__set_by", "conditions__met_by")


class _Today:
    at: Any

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)


class WorkflowGateViewSet(_Today, OfWorkflow, ListViewSet):
    queryset = GateRequest.objects.all()
    serializer_class = GateRequestRow
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return listed().filter(workflow=self.parent())

    @writes(policies.may_ask, AskGate, GateRequestDetail, status=201, examples=[GO_LIVE])
    def create(self, workflow: Workflow, given: dict[str, Any]) -> GateRequest:
        """Ask to go live, or for more autonomy. Refused while something is missing: the sentence names it."""
        return services.ask(workflow, by=self.by, at=self.at, **given)


class GateRequestViewSet(_Today, PastViewSet):
    """All requests. `whose=me`: those whose open step the caller may decide."""

    queryset = GateRequest.objects.all()
    serializer_class = GateRequestDetail
    serializer_classes = {"list": GateRequestRow}
    filterset_class = GateFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = listed().filter(workflow__in=Workflow.objects.visible_to(self.by))
        return rows if self.action == "list" else rows.select_related(*NAMES).prefetch_related(*BELOW)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, DecideGate, GateRequestDetail, examples=[AGREE])
    def decide(self, request: GateRequest, given: dict[str, Any]) -> GateRequest:
        """The answer at the step that is open, by somebody who neither asked nor decided another step."""
        return self._read(decide(request, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw, WithdrawGate, GateRequestDetail)
    def withdraw(self, request: GateRequest, given: dict[str, Any]) -> GateRequest:
        """Take it back, also an approval that nobody has used yet."""
        return self._read(services.withdraw(request, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(policies.may_use, None, GateRequestDetail)
    def use(self, request: GateRequest) -> GateRequest:
        """Put a granted change into effect: the workflow goes live, or does more by itself."""
        return self._read(services.use(request, by=self.by, at=self.at))

    def _read(self, changed: GateRequest) -> GateRequest:
        found: GateRequest = self.visible().get(pk=changed.pk)
        return found


class GateConditionViewSet(_Today, PolicyViewSet):
    queryset = GateCondition.objects.all()
    serializer_class = ConditionDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = GateCondition.objects.filter(request__workflow__in=Workflow.objects.visible_to(self.by))
        return rows.select_related("request__workflow", "owner", "set_by", "met_by")

    @action(detail=True, methods=["post"])
    @writes(policies.may_meet, MeetCondition, ConditionDetail)
    def meet(self, condition: GateCondition, given: dict[str, Any]) -> GateCondition:
        """Say that the condition holds, and what shows it."""
        return services.meet_condition(condition, by=self.by, at=self.at, **given)
