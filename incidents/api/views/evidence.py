"""Evidence and its chain of custody."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.evidence import AddPiece, NamePerson, Piece, PieceRow
from incidents.api.serializers.evidence_requests import AskToFetch, EvidenceRequestRow
from incidents.api.serializers.pushing import PushedPiece, PushedPieces, PushMany, PushPiece
from incidents.api.serializers.redactions import ApproveCopy, RedactPiece
from incidents.api.serializers.retention import Period
from incidents.api.views.nested import OfIncident, seen_by
from incidents.filters.evidence import EvidenceFilter
from incidents.models import Evidence, EvidenceRequest, Incident
from incidents.policies import evidence as policies
from incidents.policies import redactions
from incidents.policies.evidence_requests import may_ask
from incidents.policies.retention import may_reclassify
from incidents.services import evidence as services
from incidents.services import evidence_requests, naming, pushing, reading, redacting
from incidents.tracing import from_traceparent
from registry.api.serializers.refs import Reasoned
from registry.kernel.http.api import JSON_OR_FILES, ListViewSet, ReadViewSet, through, writes
from registry.kernel.http.sending import AnyMedia, sends, sent

JOINS = ("incident", "file", "collected_by", "redaction__made_by", "redaction__decided_by")
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

TRACE = OpenApiExample(
    "A trace of the run that went wrong",
    value={
        "kind": "TRACE",
        "source": "otel-collector, production",
        "key": "claims-run-88123",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "span_id": "00f067aa0ba902b7",
        "run_id": "claims-2026-11-02-0715",
        "observed_at": "2026-11-02T07:15:00Z",
        "link": "https://traces.example.test/4bf92f3577b34da6a3ce929d0e0e4736",
    },
    request_only=True,
)


class IncidentEvidenceViewSet(OfIncident, ListViewSet):
    queryset = Evidence.objects.prefetch_related("openers")
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

    @action(detail=False, methods=["post"])
    @writes(policies.may_add, PushPiece, PushedPiece, status=201, repeatable=True, known=True, examples=[TRACE])
    def push(self, incident: Incident, given: dict[str, Any]) -> pushing.Pushed:
        """Evidence from a program, in one call: a file, a link, a note or the id of a trace.

        The same `key` again, or without a key the same content, answers 200 with what is there. A `traceparent` header
        counts where the body names no trace.
        """
        upload = given.pop("file", None)
        carried = from_traceparent(self.request.headers.get("traceparent", ""))
        return pushing.push(incident, by=self.by, at=self.at, upload=upload, carried=carried, **given)

    @action(detail=False, methods=["post"], url_path="push-many")
    @writes(policies.may_add, PushMany, PushedPieces)
    def push_many(self, incident: Incident, given: dict[str, Any]) -> dict[str, Any]:
        """Up to a hundred links, notes and ids of traces in one call, all or none."""
        return {"results": pushing.push_many(incident, given["items"], by=self.by, at=self.at)}


class EvidenceViewSet(ReadViewSet):
    """Evidence of all incidents that the caller may see."""

    queryset = Evidence.objects.all()
    serializer_class = Piece
    serializer_classes = {"list": PieceRow}
    filterset_class = EvidenceFilter
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return Evidence.objects.filter(incident__in=seen_by(self.by)).select_related(*JOINS).prefetch_related("openers")

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

    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FILES)
    @writes(redactions.may_redact, RedactPiece, Piece, status=201)
    def redact(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Make a redacted copy, which another person then approves. The original stays as it is."""
        about = {name: given[name] for name in ("title", "reason", "filename") if name in given}
        if upload := given.get("file"):
            taken_out = given["taken_out"]
            return redacting.add_copy(piece, by=self.by, at=self.at, upload=upload, taken_out=taken_out, **about)
        return redacting.copy_from_text(piece, by=self.by, at=self.at, passages=given["passages"], **about)

    @action(detail=True, methods=["post"], url_path="approve-copy")
    @writes(redactions.may_decide, ApproveCopy, Piece)
    def approve_copy(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Nothing was left in this redacted copy: whoever sees the incident may read it."""
        return redacting.approve(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="refuse-copy")
    @writes(redactions.may_decide, Reasoned, Piece)
    def refuse_copy(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Something was left in; it stays as closed as its original."""
        return redacting.refuse(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(through("incident", may_ask), AskToFetch, EvidenceRequestRow, status=201)
    def fetch(self, piece: Evidence, given: dict[str, Any]) -> EvidenceRequest:
        """Ask somebody to fetch what the link leads to, by when. The server itself never opens a link."""
        return evidence_requests.ask_to_fetch(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="name")
    @writes(policies.may_name, NamePerson, Piece)
    def name_person(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Let somebody open it. The first name closes it to everybody else but auditors."""
        return naming.name(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="take-off")
    @writes(policies.may_name, NamePerson, Piece)
    def take_off(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Somebody who was named no longer opens it."""
        return naming.take_off(piece, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="open-to-room")
    @writes(policies.may_name, Reasoned, Piece)
    def open_to_room(self, piece: Evidence, given: dict[str, Any]) -> Evidence:
        """Whoever works on the incident opens it again."""
        return naming.open_to_room(piece, by=self.by, at=self.at, **given)

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
