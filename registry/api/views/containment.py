"""Prepared ways to limit harm."""

from typing import Any

from rest_framework.decorators import action

from registry.api.serializers.containment import AddOption, EditOption, Option, Prove
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ListViewSet, ReadViewSet, through, writes
from registry.models import ContainmentOption, Workflow
from registry.policies import containment as policies
from registry.policies.workflows import may_see_register
from registry.services import containment as services


class WorkflowOptionViewSet(OfWorkflow, ListViewSet):
    queryset = ContainmentOption.objects.all()
    serializer_class = Option
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = ContainmentOption.objects.filter(workflow=self.parent())
        return rows.select_related("workflow").prefetch_related("named_executors")

    @writes(policies.may_edit_options, AddOption, Option, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> ContainmentOption:
        return services.add_option(workflow, by=self.by, at=self.at, **given)


class OptionViewSet(ReadViewSet):
    """The options of all workflows."""

    queryset = ContainmentOption.objects.all()
    serializer_class = Option
    filterset_fields = ["workflow", "kind", "is_active"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        seen = Workflow.objects.visible_to(self.by)
        rows = ContainmentOption.objects.filter(workflow__in=seen)
        return rows.select_related("workflow").prefetch_related("named_executors")

    @writes(through("workflow", policies.may_edit_options), EditOption, Option)
    def partial_update(self, option: ContainmentOption, given: dict[str, Any]) -> ContainmentOption:
        """Change some fields. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        return services.edit_option(option, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_prove, Prove, Option)
    def prove(self, option: ContainmentOption, given: dict[str, Any]) -> ContainmentOption:
        """Record that the option was seen to work, and how long it took."""
        return services.prove(option, by=self.by, at=self.at, **given)
