"""How workflows are watched."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.refs import Reasoned
from registry.api.serializers.signals import AddSignal, EditSignal, ProveSignal, SignalDetail
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ListViewSet, through, writes
from registry.models import Signal, Workflow
from registry.policies import signals as policies
from registry.policies.workflows import may_see_register
from registry.services import signals as services

SHARE = OpenApiExample(
    "Share of one answer",
    value={
        "kind": "OUTPUT_DISTRIBUTION",
        "name": "Share of declines",
        "source": "Metrics, dashboard claims-triage",
        "owner": 4,
        "cadence": "HOURLY",
        "threshold": "More than 9 % of an hour's claims are declined",
        "limit_value": "9",
        "limit_direction": "ABOVE",
        "unit": "%",
        "baseline": "2 % over the spring of 2026",
        "baseline_value": "2",
        "baseline_date": "2026-06-01",
        "reason": "Registered with the alert rule",
    },
    request_only=True,
)


class WorkflowSignalViewSet(OfWorkflow, ListViewSet):
    queryset = Signal.objects.all()
    serializer_class = SignalDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return Signal.objects.filter(workflow=self.parent()).select_related("workflow", "owner")

    @writes(policies.may_edit_signals, AddSignal, SignalDetail, status=201, examples=[SHARE])
    def create(self, workflow: Workflow, given: dict[str, Any]) -> Signal:
        return services.add_signal(workflow, by=self.by, at=self.at, **given)


class SignalViewSet(PastViewSet):
    """The signals of all workflows."""

    queryset = Signal.objects.all()
    serializer_class = SignalDetail
    filterset_fields = ["workflow", "kind", "owner", "is_active"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        seen = Workflow.objects.visible_to(self.by)
        return Signal.objects.filter(workflow__in=seen).select_related("workflow", "owner")

    @writes(through("workflow", policies.may_edit_signals), EditSignal, SignalDetail)
    def partial_update(self, signal: Signal, given: dict[str, Any]) -> Signal:
        """Change some fields. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        return services.edit_signal(signal, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_prove, ProveSignal, SignalDetail)
    def prove(self, signal: Signal, given: dict[str, Any]) -> Signal:
        """Record that the signal was shown to fire."""
        return services.prove(signal, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_edit_signals), Reasoned, SignalDetail)
    def retire(self, signal: Signal, given: dict[str, Any]) -> Signal:
        """Say that nothing watches through it any more. It stays on record."""
        return services.retire(signal, by=self.by, at=self.at, **given)
