"""Reading through the API what was known at a moment: `?at=` on records and lists."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from registry.kernel.audit.asof import first_known
from registry.kernel.http.api import ReadViewSet
from registry.kernel.http.moments import PARAMETER, read_moment, written
from registry.reports.past import reading

AT = OpenApiParameter(
    PARAMETER,
    OpenApiTypes.DATETIME,
    description=(
        "Answer as known at this moment, such as `2026-11-20T14:30Z`: what was recorded until then and in force. "
        "Filters apply to what was so then. What you may see is decided by today's rules; people have today's names."
    ),
)


class NotKnownThen(APIException):
    """There now, for this caller, and not then."""

    status_code = 404
    default_code = "not-known-then"


class PastViewSet(ReadViewSet):
    """Lists and records that can be read as known at a moment. What is written is written now."""

    reads_moments: ClassVar[tuple[str, ...]] = ("list", "retrieve")

    @extend_schema(parameters=[AT])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._then(request, super().list, *args, **kwargs)

    @extend_schema(parameters=[AT])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._then(request, super().retrieve, *args, **kwargs)

    def _then(self, request: Request, answer: Any, *args: Any, **kwargs: Any) -> Response:
        if PARAMETER not in request.query_params:
            return answer(request, *args, **kwargs)  # type: ignore[no-any-return]
        try:
            self.at = read_moment(request.query_params[PARAMETER], now=timezone.now())
        except ValidationError as refused:
            raise ValidationError({PARAMETER: refused}) from refused
        try:
            with reading(self.at, self.by):
                return answer(request, *args, **kwargs)  # type: ignore[no-any-return]
        except Http404:
            raise self._unknown(kwargs.get("pk")) from None

    def _unknown(self, pk: Any) -> Exception:
        """What is there now for the caller, and was not then, says since when it is."""
        if pk is None or not self.visible().filter(pk=pk).exists():
            return Http404()
        first = first_known(self.visible().model, pk)
        if first is None or first <= self.at:
            return Http404()
        return NotKnownThen(_("This was not on record then. It was first recorded at %(at)s.") % {"at": written(first)})
