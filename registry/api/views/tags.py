"""Tags: which there are, and giving one another name."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.tags import RenameTag, TagRenamed, Tags
from registry.kernel.http.api import PolicyViewSet, whoever, writes
from registry.models import Workflow
from registry.policies.tags import may_rename_tags
from registry.policies.workflows import may_see_register
from registry.reports.tags import in_use
from registry.services import tag_renaming
from registry.services.tags import LONGEST, carrying

MOST = 1000
FIND = OpenApiParameter("q", OpenApiTypes.STR, description="A part of the name.")


class TagViewSet(PolicyViewSet):
    queryset = Workflow.objects.none()
    serializer_class = Tags
    reads = staticmethod(may_see_register)

    @extend_schema(operation_id="tags_list", parameters=[FIND], responses=Tags)
    def list(self, request: Request) -> Response:
        """The tags in use, the most frequent first; of more than a thousand those, and how many there are."""
        found = in_use(request.query_params.get("q", "")[:LONGEST])
        return Response(Tags({"total": len(found), "results": found[:MOST]}).data)

    @action(detail=False, methods=["post"])
    @writes(whoever(may_rename_tags), RenameTag, TagRenamed)
    def rename(self, given: dict[str, Any]) -> dict[str, Any]:
        """Another name for a tag, in up to 5,000 of the workflows that carry it: see `left`."""
        made = tag_renaming.rename(given["tag"], to=given["to"], by=self.by, at=self.at, reason=given["reason"])
        left = carrying(given["tag"])
        return {"tag": given["to"], "changed": made.counts["rows"], "left": left, "change_set": made.pk}
