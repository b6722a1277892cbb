"""Change-sets: many workflows changed as one and undone as one."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.change_sets import (
    ChangeSetRef,
    ChangeSetRow,
    MadeChanges,
    MakeChanges,
    TriedChanges,
    TryChanges,
    UndoChanges,
    WayBack,
)
from registry.kernel.http.api import ListViewSet, ReadViewSet, whoever, writes
from registry.models import ChangeSet, ImportRow, Workflow
from registry.policies import imports as policies
from registry.policies.bulk_edits import may_edit_many
from registry.services import change_sets as services
from registry.services import changing

EXAMPLE = OpenApiExample(
    "A new owner and a tag",
    value={
        "rows": [{"workflow": 12, "version": 3}, {"workflow": 40, "version": 1}],
        "changes": {"business_owner": 7, "tags.add": ["claims"], "field.region": "Nordics"},
        "reason": "Claims moved to another department",
    },
    request_only=True,
)


class ChangeSetViewSet(ReadViewSet):
    """Imports, bulk edits and their undoing, newest first."""

    queryset = ChangeSet.objects.all()
    serializer_class = ChangeSetRef
    filterset_fields = ["kind", "status"]
    reads = staticmethod(policies.may_see_change_sets)

    def visible(self) -> Any:
        return ChangeSet.objects.select_related("asked_by", "undone_by").defer("problems", "mapping_used")

    @writes(whoever(may_edit_many), MakeChanges, MadeChanges, status=201, examples=[EXAMPLE])
    def create(self, given: dict[str, Any]) -> changing.Done:
        """Change up to 1,000 workflows: all of them or none."""
        rows = _seen(given)
        return changing.apply(rows, given["changes"], by=self.by, at=self.at, reason=given["reason"])

    @action(detail=False, methods=["post"], url_path="try")
    @writes(whoever(may_edit_many), TryChanges, TriedChanges, repeatable=True)
    def try_out(self, given: dict[str, Any]) -> dict[str, Any]:
        """What would change in each row, or why it cannot. Saves nothing."""
        rows = list(Workflow.objects.filter(pk__in=_seen(given)).defer("search").order_by("pk"))
        lines = changing.preview(rows, given["changes"], by=self.by, at=self.at)
        told = zip(lines, changing.words_of(lines), strict=True)
        return {
            "changed": sum(1 for line in lines if line.changes and not line.refusal),
            "refused": sum(1 for line in lines if line.refusal),
            "rows": [
                {
                    "workflow": line.workflow.pk,
                    "changes": [{"field": field, "old": old, "new": new} for field, old, new in words],
                    "refusal": line.refusal,
                }
                for line, words in told
            ],
        }

    @extend_schema(responses=WayBack)
    @action(detail=True, url_path="way-back")
    def way_back(self, request: Request, pk: int) -> Response:
        """What of it could not be undone now, and why."""
        return Response(WayBack({"clashes": services.clashes(self.get_object())}).data)

    @action(detail=True, methods=["post"])
    @writes(policies.may_undo, UndoChanges, ChangeSetRef, status=201)
    def undo(self, change_set: ChangeSet, given: dict[str, Any]) -> ChangeSet:
        """The change-set of the undoing. Once, and as one."""
        return services.undo(change_set, by=self.by, at=self.at, **given)


class ChangeSetRowViewSet(ListViewSet):
    """The workflows of a change-set, before and after."""

    queryset = ImportRow.objects.all()
    serializer_class = ChangeSetRow
    filterset_fields = ["outcome"]
    reads = staticmethod(policies.may_see_change_sets)

    def visible(self) -> Any:
        return ImportRow.objects.filter(change_set=get_object_or_404(ChangeSet, pk=self.kwargs["change_set_pk"]))


def _seen(given: dict[str, Any]) -> dict[int, int]:
    return {row["workflow"]: row["version"] for row in given["rows"]}
