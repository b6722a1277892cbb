"""Evidence and its chain of custody."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.evidence import AddPiece, Custody, Piece, PieceRow
from incidents.api.serializers.retention import Period
from incidents.api.views.nested import OfIncident, seen_by
from incidents.filters.evidence import EvidenceFilter
from incidents.models import CustodyEvent, Evidence, Incident
from incidents.policies import evidence as policies
from incidents.policies.retention import may_reclassify
from incidents.services import evidence as services
from incidents.services import reading
from registry.api.serializers.refs import Reasoned
from registry.kernel.http.api import JSON_OR_FILES, ListViewSet, ReadViewSet, writes
from registry.kernel.http.sending import AnyMedia, sends, sent

JOINS = ("incident", "file", "collected_by")
LINK = OpenApiExample(
    "A trace that is kept elsewhere",
    value={
        "kind": "TRACE",
        "title": "Trace of claim 88123",
        "method": "Export from the tracing system",
        "source": "tracing, production",
        "collected_at": "2026-11-02T07:15:00Z",
        "link": "https://traces.example.test/88123",
    },
    request_only=True,
)


class IncidentEvidenceViewSet(OfIncident, ListViewSet):
    queryset = Evidence.objects.all()
    serializer_class = Piece
    serializer_classes = {"list": PieceRow}
    filterset_class = EvidenceFilter
    reads = staticmethod(policies.may_see_list)
    parser_classes = JSON_OR_FILES
    joins = JOINS

    @writes(policies.may_add, AddPiece, Piece, status=201, examples=[LINK])
    def create(self, incident: Incident, given: dict[str, Any]) -> Evidence:
        """Add a file, a note or a link. A file is received in a stream and hashed on the way."""
        if (file := given.pop("file", None)) is not None:
            return services.add_file(incident, by=self.by, at=self.at, upload=file, **given)
        return services.add_note(incident, by=self.by, at=self.at, **given)


class EvidenceViewSet(ReadViewSet):
    """Evidence of all incidents that the caller may see."""

    queryset = Evidence.objects.all()
    serializer_class = Piece
    serializer_classes = {"list": PieceRow}
    filterset_class = EvidenceFilter
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return Evidence.objects.filter(incident__in=seen_by(self.by)).select_related(*JOINS)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        piece = self.get_object()
        reading.opened(piece.incident, by=self.by, at=self.at)
        if policies.may_download(self.by, piece):
            services.view(piece, by=self.by, at=self.at)
        return Response(self.get_serializer(piece).data)

    @sends()
    @action(detail=True, content_negotiation_class=AnyMedia)
    def download(self, request: Request, pk: int) -> HttpResponseBase:
        """The bytes as they were received. Reading is a link of the chain of custody."""
        piece = self.get_object()
        stream = services.open_for_reading(piece, by=self.by, at=self.at)
        size = piece.file.size if piece.file else None
        return sent(request, stream, filename=piece.filename or piece.reference, size=size)

    @action(detail=True, methods=["post"])
    @writes(policies.may_verify, None, Piece)
    def verify(self, piece: Evidence) -> Evidence:
        """Compute the hash again from what is stored; `custody` says what was found."""
        services.verify(piece, by=self.by, at=self.at)
        return Evidence.objects.select_related(*JOINS).get(pk=piece.pk)

    @action(detail=True, methods=["post"])
    @writes(policies.may_hold, Reasoned, Piece)
    def hold(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Put a legal hold on."""
        return services.hold(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_release, Reasoned, Piece)
    def release(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Lift the legal hold."""
        return services.release(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(may_reclassify, Period, Piece)
    def retention(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Keep it for another period than the one chosen when it came."""
        return services.reclassify(piece, by=self.by, at=self.at, **given)


class CustodyViewSet(ListViewSet):
    """The chain of custody of one piece. That one of a restricted piece was read goes on record."""

    queryset = CustodyEvent.objects.all()
    serializer_class = Custody
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        rows = Evidence.objects.filter(incident__in=seen_by(self.by)).select_related("incident")
        piece = get_object_or_404(rows, pk=self.kwargs["evidence_pk"])
        reading.opened(piece.incident, by=self.by, at=self.at)
        services.view(piece, by=self.by, at=self.at)
        return CustodyEvent.objects.filter(evidence=piece).select_related("by")
