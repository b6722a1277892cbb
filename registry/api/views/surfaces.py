"""What a workflow runs on, version by version."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample
from rest_framework import mixins
from rest_framework.decorators import action

from registry.api.serializers.refs import Note, Reasoned
from registry.api.serializers.surfaces import AddSurface, RecordVersion, SurfaceDetail, Version
from registry.api.views.nested import OfWorkflow
from registry.kernel.http.api import ListViewSet, PolicyViewSet, ReadViewSet, through, writes
from registry.models import Surface, SurfaceVersion, Workflow
from registry.policies import surfaces as policies
from registry.policies.workflows import may_see_register
from registry.services import surfaces as services

NEW_PROMPT = OpenApiExample(
    "From a pipeline",
    value={"label": "1.8.3", "digest": "sha256:9f2c…", "note": "Shorter refusals", "author": "release pipeline"},
    request_only=True,
)


class WorkflowSurfaceViewSet(OfWorkflow, ListViewSet):
    queryset = Surface.objects.all()
    serializer_class = SurfaceDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return Surface.objects.filter(workflow=self.parent()).select_related("current", "known_good")

    @writes(policies.may_record_version, AddSurface, SurfaceDetail, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> Surface:
        return services.add_surface(workflow, by=self.by, at=self.at, **given)


class SurfaceViewSet(mixins.RetrieveModelMixin, PolicyViewSet):
    queryset = Surface.objects.all()
    serializer_class = SurfaceDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        seen = Workflow.objects.visible_to(self.by)
        return Surface.objects.filter(workflow__in=seen).select_related("workflow", "current", "known_good")

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_record_version), Reasoned, SurfaceDetail)
    def retire(self, surface: Surface, given: dict[str, Any]) -> Surface:
        """Say that the workflow no longer runs on it. It stays on record."""
        return services.retire(surface, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="bring-back")
    @writes(through("workflow", policies.may_record_version), Reasoned, SurfaceDetail)
    def bring_back(self, surface: Surface, given: dict[str, Any]) -> Surface:
        """Say that a retired surface is in use again."""
        return services.bring_back(surface, by=self.by, at=self.at, **given)


class SurfaceVersionViewSet(ReadViewSet):
    """The versions of one surface; none is ever edited."""

    queryset = SurfaceVersion.objects.all()
    serializer_class = Version
    reads = staticmethod(may_see_register)

    def parent(self) -> Surface:
        seen = Workflow.objects.visible_to(self.by)
        rows = Surface.objects.filter(workflow__in=seen).select_related("workflow")
        return get_object_or_404(rows, pk=self.kwargs["surface_pk"])

    def visible(self) -> Any:
        rows = SurfaceVersion.objects.filter(surface=self.parent())
        return rows.select_related("surface__workflow", "recorded_by", "known_good_by")

    @writes(through("workflow", policies.may_record_version), RecordVersion, Version, status=201, examples=[NEW_PROMPT])
    def create(self, surface: Surface, given: dict[str, Any]) -> SurfaceVersion:
        return services.record_version(surface, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="mark-known-good")
    @writes(through("surface.workflow", policies.may_mark_known_good), Note, Version)
    def mark_known_good(self, version: SurfaceVersion, given: dict[str, Any]) -> SurfaceVersion:
        """Say that this version is safe to go back to, and how that was proven."""
        return services.mark_known_good(version, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="put-back")
    @writes(through("surface.workflow", policies.may_record_version), Reasoned, SurfaceDetail)
    def put_back(self, version: SurfaceVersion, given: dict[str, Any]) -> Surface:
        """Say that this earlier version is in use again."""
        return services.put_back(version, by=self.by, at=self.at, **given)
