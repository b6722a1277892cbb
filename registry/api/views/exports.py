"""Lists as files, for programs: the same files as the pages hand out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from registry.api.serializers.imports import ImportRef
from registry.filters.exported import KEYS, sheet_for
from registry.kernel.http.api import PolicyViewSet
from registry.kernel.http.files import FORMATS, as_file
from registry.kernel.http.sending import AnyMedia
from registry.models import ChangeSet
from registry.policies.workflows import may_see_register

OF = OpenApiParameter("of", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(KEYS), description="Which records.")
AS = OpenApiParameter("as", OpenApiTypes.STR, enum=list(FORMATS), default="csv", description="As what file.")
FILTERS = OpenApiParameter(
    "q",
    OpenApiTypes.STR,
    description="As in the list of workflows, whose other filters count too: what is exported hangs on the workflows "
    "they leave, and `sort` orders the workflows themselves. For `vendors` filters and `sort` of the list of vendors.",
)


class ExportViewSet(PolicyViewSet):
    queryset = ChangeSet.objects.none()
    serializer_class = ImportRef
    reads = staticmethod(may_see_register)
    content_negotiation_class = AnyMedia

    @extend_schema(
        parameters=[OF, AS, FILTERS], responses={(200, media): OpenApiTypes.BINARY for media in FORMATS.values()}
    )
    def retrieve(self, request: Request, of: str) -> HttpResponseBase:
        """All rows as a file that can be imported again. Taking it is recorded."""
        if of not in KEYS:
            raise Http404
        inner: Any = request._request
        inner.user = request.user
        query = inner.GET.copy()
        kind = (query.pop("as", None) or ["csv"])[-1]
        if kind not in FORMATS:
            raise ValidationError({"as": [_("Choose one of: %(kinds)s.") % {"kinds": ", ".join(FORMATS)}]})
        return as_file(inner, kind, sheet_for(of, query, inner))
