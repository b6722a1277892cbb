"""The site-wide history, for programs of auditors."""

from typing import Any

from django_filters import IsoDateTimeFilter
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from registry.api.serializers.audit import AuditLine, AuditWhole
from registry.filters.audit import AuditFilter
from registry.kernel.audit import watching
from registry.kernel.http.api import ReadViewSet
from registry.kernel.http.paging import CursorPagination
from registry.models import AuditEntry
from registry.policies.records import may_see_audit
from registry.reports import audit, audit_entry
from registry.reports.audit_lines import lines_for
from registry.services import handing_out


class AuditQuery(AuditFilter):
    """As on the page, with moments as programs write them."""

    since = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = IsoDateTimeFilter(field_name="at", lookup_expr="lt")


class InTime(CursorPagination):
    """Newest first by time and number, as the page is: a cursor is a place in that order."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        cursor = request.query_params.get(self.cursor_query_param, "")
        way, _dash, place = cursor.partition("-")
        if cursor and (way not in ("older", "newer") or not audit.is_place(place)):
            raise ParseError("This cursor is not one of ours.", code="invalid-cursor")
        size = self.get_page_size(request) or self.page_size
        self.request = request
        self.shown = audit.stretch(
            queryset, before=place if way == "older" else "", after=place if way == "newer" else "", size=size
        )
        return self.shown.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._at("older", self.shown.older),
                "previous": self._at("newer", self.shown.newer),
                "results": data,
            }
        )

    def _at(self, way: str, place: str) -> str | None:
        here = self.request.build_absolute_uri()
        return replace_query_param(here, self.cursor_query_param, f"{way}-{place}") if place else None


class AuditViewSet(ReadViewSet):
    """The site-wide history: every change and every recorded event."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditWhole
    serializer_classes = {"list": AuditLine}
    pagination_class = InTime
    filterset_class = AuditQuery
    reads = staticmethod(may_see_audit)

    def visible(self) -> Any:
        return AuditEntry.objects.all()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        watching.shown(rows, by=self.by, at=self.at)
        return self.get_paginated_response(AuditLine(lines_for(rows), many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One entry: what was sealed, as it was hashed, and the proof that it stands in the ledger.

        Taking it is recorded.
        """
        row = self.get_object()
        watching.shown([row], by=self.by, at=self.at)
        if row.payload is not None:
            handing_out.entry(row, f"entry-{row.pk}.json", bytes(row.payload), at=self.at)
        return Response(AuditWhole(audit_entry.whole(row)).data)
