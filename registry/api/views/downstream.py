"""What workflows can set off."""

from typing import Any

from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.downstream import AddDownstream, DownstreamDetail, EditDownstream
from registry.api.serializers.refs import Reasoned
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ListViewSet, through, writes
from registry.models import DownstreamAction, Workflow
from registry.policies import downstream as policies
from registry.policies.workflows import may_see_register
from registry.services import downstream as services


class WorkflowDownstreamViewSet(OfWorkflow, ListViewSet):
    queryset = DownstreamAction.objects.all()
    serializer_class = DownstreamDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return DownstreamAction.objects.filter(workflow=self.parent()).select_related("workflow")

    @writes(policies.may_edit_downstream, AddDownstream, DownstreamDetail, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> DownstreamAction:
        return services.add_action(workflow, by=self.by, at=self.at, **given)


class DownstreamViewSet(PastViewSet):
    """The downstream actions of all workflows."""

    queryset = DownstreamAction.objects.all()
    serializer_class = DownstreamDetail
    filterset_fields = ["workflow", "reversibility", "validation", "reach", "is_active"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        seen = Workflow.objects.visible_to(self.by)
        return DownstreamAction.objects.filter(workflow__in=seen).select_related("workflow")

    @writes(through("workflow", policies.may_edit_downstream), EditDownstream, DownstreamDetail)
    def partial_update(self, found: DownstreamAction, given: dict[str, Any]) -> DownstreamAction:
        """Change some fields. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        return services.edit_action(found, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_edit_downstream), Reasoned, DownstreamDetail)
    def retire(self, found: DownstreamAction, given: dict[str, Any]) -> DownstreamAction:
        """Say that the workflow can no longer set it off. It stays on record."""
        return services.retire(found, by=self.by, at=self.at, **given)
