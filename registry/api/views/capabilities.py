"""Required capabilities: how each stands, what is said about it, and living without one for a time."""

from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.capabilities import (
    Acceptance,
    AskAcceptance,
    CapabilityRow,
    DecideAcceptance,
    MeetCapability,
    StateGap,
    UnmeetCapability,
    WithdrawAcceptance,
    WorkflowCapability,
)
from registry.api.views.nested import OfWorkflow
from registry.filters.gaps import GapFilter, listed
from registry.kernel.http.api import ListViewSet, ReadViewSet, through, writes
from registry.models import CapabilityRecord, GapAcceptance, Workflow
from registry.policies import capabilities as policies
from registry.policies.workflows import may_see_register
from registry.services import capabilities as services
from registry.services import gap_acceptances

NAMES = ("workflow", "owner", "met_by")


class _Today:
    at: Any

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)


class WorkflowCapabilityViewSet(_Today, OfWorkflow, PastViewSet):
    """What the newest assessment of a workflow asks for, addressed by the key of the capability."""

    queryset = CapabilityRecord.objects.all()
    serializer_class = WorkflowCapability
    lookup_field = "capability"
    lookup_value_converter = "slug"
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = CapabilityRecord.objects.filter(workflow=self.parent(), is_required=True)
        return rows.select_related(*NAMES)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Of the newest assessment, by area."""
        found = self.parent().tier_assessments.order_by("-id").values_list("answers", flat=True).first()
        return dict(found or {})

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_keep_capabilities), StateGap, WorkflowCapability)
    def state(self, record: CapabilityRecord, given: dict[str, Any]) -> CapabilityRecord:
        """Say who closes the gap, and by when."""
        opened = given.pop("version")
        return services.state(
            record.workflow, record.capability, by=self.by, at=self.at, opened_version=opened, **given
        )

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_keep_capabilities), MeetCapability, WorkflowCapability)
    def meet(self, record: CapabilityRecord, given: dict[str, Any]) -> CapabilityRecord:
        """Say that the workflow has it, and what shows it."""
        opened = given.pop("version")
        return services.meet(record.workflow, record.capability, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_keep_capabilities), UnmeetCapability, WorkflowCapability)
    def unmeet(self, record: CapabilityRecord, given: dict[str, Any]) -> CapabilityRecord:
        """Say that it is missing again."""
        opened = given.pop("version")
        return services.unmeet(
            record.workflow, record.capability, by=self.by, at=self.at, opened_version=opened, **given
        )

    @action(detail=True, methods=["post"], url_path="ask-acceptance")
    @writes(through("workflow", policies.may_ask_acceptance), AskAcceptance, Acceptance, status=201)
    def ask_acceptance(self, record: CapabilityRecord, given: dict[str, Any]) -> GapAcceptance:
        """Ask that the gap be accepted until a day; another person decides. In force already: until a later day."""
        return gap_acceptances.ask(record.workflow, record.capability, by=self.by, at=self.at, **given)


class GapViewSet(_Today, ListViewSet):
    """The gaps of all workflows. Without `state`: what is missing, late or not."""

    queryset = CapabilityRecord.objects.all()
    serializer_class = CapabilityRow
    filterset_class = GapFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return listed().filter(workflow__in=Workflow.objects.visible_to(self.by)).select_related(*NAMES)


class GapAcceptanceViewSet(_Today, ReadViewSet):
    """Acceptances of gaps: asked for, decided, taken back."""

    queryset = GapAcceptance.objects.all()
    serializer_class = Acceptance
    filterset_fields = ["workflow", "capability", "status"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = GapAcceptance.objects.filter(workflow__in=Workflow.objects.visible_to(self.by))
        return rows.select_related("workflow", "asked_by", "decided_by", "withdrawn_by")

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_acceptance, DecideAcceptance, Acceptance)
    def decide(self, acceptance: GapAcceptance, given: dict[str, Any]) -> GapAcceptance:
        """A second person's answer."""
        return gap_acceptances.decide(acceptance, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw_acceptance, WithdrawAcceptance, Acceptance)
    def withdraw(self, acceptance: GapAcceptance, given: dict[str, Any]) -> GapAcceptance:
        """Take it back; what was accepted is a gap again at once."""
        return gap_acceptances.withdraw(acceptance, by=self.by, at=self.at, **given)
