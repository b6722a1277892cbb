"""What a workflow may run on, how far it has drifted from that, and what its pipeline says it runs on now."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.baselines import (
    BaselineDetail,
    CurrentDrift,
    DecideBaseline,
    Deploy,
    Deployed,
    ProposeBaseline,
    drift_state,
)
from registry.api.serializers.refs import Reasoned
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ListViewSet, PolicyViewSet, writes
from registry.models import Baseline, SurfaceVersion, Workflow
from registry.policies import baselines as policies
from registry.policies.surfaces import may_record_version
from registry.policies.workflows import may_see_register
from registry.reports.baselines import current_parts, drift_of, fingerprint
from registry.services import baselines as services
from registry.services import deployments

NEW_PROMPT = OpenApiExample(
    "From a pipeline",
    value={
        "kind": "PROMPT",
        "name": "triage-system",
        "label": "42",
        "digest": "sha256:9f2c…",
        "source_url": "https://git.example.org/triage/commit/9f2c",
        "author": "release pipeline",
        "note": "Shorter refusals",
    },
    request_only=True,
)


def _readable() -> Any:
    return Baseline.objects.select_related("workflow", "proposed_by", "decided_by", "withdrawn_by")


class WorkflowBaselineViewSet(OfWorkflow, ListViewSet):
    queryset = Baseline.objects.all()
    serializer_class = BaselineDetail
    filterset_fields = ["status", "number"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return _readable().filter(workflow=self.parent())

    @writes(policies.may_propose, ProposeBaseline, BaselineDetail, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> Baseline:
        """Propose the surfaces as they are now. Another person decides."""
        return services.propose(workflow, by=self.by, at=self.at, **given)


class BaselineViewSet(mixins.RetrieveModelMixin, PolicyViewSet):
    queryset = Baseline.objects.all()
    serializer_class = BaselineDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return _readable().filter(workflow__in=Workflow.objects.visible_to(self.by))

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, DecideBaseline, BaselineDetail)
    def decide(self, baseline: Baseline, given: dict[str, Any]) -> Baseline:
        """A second person's answer. Approving supersedes the baseline that was approved before."""
        return services.decide(baseline, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw, Reasoned, BaselineDetail)
    def withdraw(self, baseline: Baseline, given: dict[str, Any]) -> Baseline:
        """Take back a baseline that waits for a decision: whoever proposed it, or an administrator."""
        return services.withdraw(baseline, by=self.by, at=self.at, **given)


class DriftViewSet(OfWorkflow, PolicyViewSet):
    queryset = Baseline.objects.none()
    serializer_class = CurrentDrift
    reads = staticmethod(may_see_register)

    @extend_schema(responses=CurrentDrift)
    def retrieve(self, request: Request, workflow_pk: int) -> Response:
        """What differs from the approved baseline now."""
        workflow = self.parent()
        found = {**drift_state(drift_of(workflow)), "seen": fingerprint(current_parts(workflow))}
        return Response(CurrentDrift(found).data)


class DeploymentViewSet(PolicyViewSet):
    """`workflows/<id or slug>/deployments/`: one call after each deployment."""

    queryset = SurfaceVersion.objects.none()
    serializer_class = Deployed
    reads = staticmethod(may_see_register)

    def parent(self) -> Workflow:
        """By number where the address has one, else by slug."""
        key = self.kwargs["workflow_key"]
        is_number = key.isascii() and key.isdigit() and len(key) <= 18
        found: Workflow = get_object_or_404(
            Workflow.objects.visible_to(self.by), **({"pk": int(key)} if is_number else {"slug": key})
        )
        return found

    @writes(may_record_version, Deploy, Deployed, status=201, repeatable=True, known=True, examples=[NEW_PROMPT])
    def create(self, workflow: Workflow, given: dict[str, Any]) -> deployments.Deployment:
        """Record the version that is in use now; the surface is added when it is not there.

        The same surface, label and digest again answer 200 with what is on record. The same label with another
        digest is refused.
        """
        return deployments.deploy(workflow, by=self.by, at=self.at, **given)
