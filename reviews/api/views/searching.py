"""One search over everything the caller may see."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.kernel.http.api import PolicyViewSet
from registry.models import Workflow
from reviews.api.serializers.searching import SearchFound
from reviews.policies.overview import may_see_overview
from reviews.reports.search import KINDS, search

LONGEST = 200
WORDS = OpenApiParameter("q", OpenApiTypes.STR, description="Words; the last one may be unfinished; or a reference.")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=list(KINDS), many=True, description="Only these kinds.")


class SearchViewSet(PolicyViewSet):
    queryset = Workflow.objects.none()
    serializer_class = SearchFound
    reads = staticmethod(may_see_overview)

    @extend_schema(operation_id="search", parameters=[WORDS, KIND], responses=SearchFound)
    def retrieve(self, request: Request) -> Response:
        """Up to a hundred hits of each kind, the most fitting first."""
        words = request.query_params.get("q", "").strip()[:LONGEST]
        kinds = tuple(kind for kind in request.query_params.getlist("kind") if kind in KINDS)
        return Response(SearchFound({"results": search(self.by, words, kinds)}).data)
