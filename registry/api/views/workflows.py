"""Workflows: the register through the API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.differences import compares, difference
from registry.api.past import PastViewSet
from registry.api.serializers.notices import WatchState
from registry.api.serializers.workflows import EditWorkflow, RegisterWorkflow, WorkflowDetail, WorkflowRow
from registry.filters.workflows import NOT_SET, OWNER, ChoiceOrNumberFilter, WordsFilter, WorkflowFilterSet
from registry.kernel.http.api import writes
from registry.models import Workflow
from registry.policies import workflows as policies
from registry.policies.watches import may_watch
from registry.reports import workflow_differences
from registry.services import watches
from registry.services import workflows as services

OWNERS = ("business_unit", "vendor", "business_owner", "technical_owner", "deputy")
EXAMPLE = OpenApiExample(
    "A pilot",
    value={
        "name": "Claims triage",
        "purpose": "Sorts incoming claims by urgency.",
        "stage": "PILOT",
        "tags": ["claims"],
        "reason": "Registered from the deployment pipeline",
    },
    request_only=True,
)
EDIT = OpenApiExample(
    "Into production, with a granted request",
    value={"stage": "PRODUCTION", "implemented_date": "2026-11-02", "version": 3, "reason": "Pilot ended well"},
    request_only=True,
)


TEXT = extend_schema_field(OpenApiTypes.STR)


class WorkflowQuery(WorkflowFilterSet):
    """As on the page; here only described more closely: words or numbers of records."""

    unit = TEXT(ChoiceOrNumberFilter(choices=NOT_SET))
    vendor = TEXT(ChoiceOrNumberFilter(choices=NOT_SET))
    owner = TEXT(ChoiceOrNumberFilter(choices=OWNER))
    tag = TEXT(WordsFilter())


class WorkflowViewSet(PastViewSet):
    """Production AI workflows. Lists take the same filters as the register's page."""

    queryset = Workflow.objects.all()
    serializer_class = WorkflowDetail
    serializer_classes = {"list": WorkflowRow}
    filterset_class = WorkflowQuery
    reads = staticmethod(policies.may_see_register)

    def visible(self) -> Any:
        rows = Workflow.objects.visible_to(self.by).select_related(*OWNERS).defer("search")
        return rows.defer("search", "purpose", "outputs", "affected_people") if self.action == "list" else rows

    @writes(policies.may_register, RegisterWorkflow, WorkflowDetail, status=201, examples=[EXAMPLE])
    def create(self, given: dict[str, Any]) -> Workflow:
        return services.register(by=self.by, at=self.at, **given)

    @writes(policies.may_edit, EditWorkflow, WorkflowDetail, examples=[EDIT])
    def partial_update(self, workflow: Workflow, given: dict[str, Any]) -> Workflow:
        """Change some fields. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        return services.edit(workflow, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(may_watch, None, WatchState)
    def watch(self, workflow: Workflow) -> dict[str, Any]:
        """Be told of what matters on it from now on. Owners are told without asking, unless they muted it."""
        watches.watch(workflow, by=self.by, at=self.at)
        return {"workflow": workflow.pk, "is_watching": True}

    @action(detail=True, methods=["post"])
    @writes(may_watch, None, WatchState)
    def unwatch(self, workflow: Workflow) -> dict[str, Any]:
        """Be told no more; for its owners it is muted."""
        watches.unwatch(workflow, by=self.by, at=self.at)
        return {"workflow": workflow.pk, "is_watching": False}

    @compares()
    @action(detail=True)
    def difference(self, request: Request, pk: int) -> Response:
        """What changed between two moments on the workflow and everything under it."""
        workflow = self.get_object()
        return difference(request, workflow, workflow_differences.kinds(workflow))
