"""Evidence asked of people: asked, answered, accepted or sent back, handed on, withdrawn."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.decorators import action

from incidents.api.serializers.evidence import Piece
from incidents.api.serializers.evidence_requests import (
    AcceptEvidence,
    AskEvidence,
    EvidenceRequestRow,
    HandIn,
    HandRequestOn,
    SayNone,
    SendEvidenceBack,
    WithdrawRequest,
)
from incidents.api.views.nested import OfIncident, seen_by
from incidents.filters.evidence_requests import EvidenceRequestFilter
from incidents.models import Evidence, EvidenceRequest, Incident
from incidents.policies import evidence_requests as policies
from incidents.policies.incidents import may_see_list
from incidents.services import evidence, evidence_answers, evidence_requests, reading
from registry.kernel.http.api import JSON_OR_FILES, ListViewSet, ReadViewSet, writes

JOINS = ("incident", "person", "asked_by", "answered_by", "settled_by")


class IncidentEvidenceRequestViewSet(OfIncident, ListViewSet):
    queryset = EvidenceRequest.objects.prefetch_related("pieces")
    serializer_class = EvidenceRequestRow
    filterset_class = EvidenceRequestFilter
    reads = staticmethod(may_see_list)
    joins = JOINS

    @writes(policies.may_ask, AskEvidence, EvidenceRequestRow, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> EvidenceRequest:
        """Ask somebody for evidence. They get a notice and a mail with a link, and are reminded."""
        return evidence_requests.ask(incident, by=self.by, at=self.at, **given)


class EvidenceRequestViewSet(ReadViewSet):
    """Requests of all incidents that the caller may see; with `mine=true` what is asked of the caller."""

    queryset = EvidenceRequest.objects.all()
    serializer_class = EvidenceRequestRow
    filterset_class = EvidenceRequestFilter
    reads = staticmethod(may_see_list)

    def visible(self) -> Any:
        rows = EvidenceRequest.objects.filter(incident__in=seen_by(self.by))
        return rows.select_related(*JOINS).prefetch_related("pieces")

    def get_object(self) -> Any:
        found = super().get_object()
        reading.opened(found.incident, by=self.by, at=self.at)
        return found

    @action(detail=True, methods=["post"], url_path="hand-in", parser_classes=JSON_OR_FILES)
    @writes(policies.may_hand_in, HandIn, Piece, status=201)
    def hand_in(self, request: EvidenceRequest, given: dict[str, Any]) -> Evidence:
        """Hand in a file, a link or a note for what was asked. Further ones may follow until somebody has looked."""
        usual = {
            "title": request.wanted[:200],
            "kind": request.kind,
            "method": _("Handed in on request"),
            "collected_at": self.at,
        }
        upload = given.pop("file", None)
        about = {"by": self.by, "at": self.at, "request": request, **usual, **given}
        if upload is not None:
            return evidence.add_file(request.incident, upload=upload, **about)
        return evidence.add_note(request.incident, **about)

    @action(detail=True, methods=["post"], url_path="say-none")
    @writes(policies.may_hand_in, SayNone, EvidenceRequestRow)
    def say_none(self, request: EvidenceRequest, given: dict[str, Any]) -> EvidenceRequest:
        """There is none, or it cannot be had, and why."""
        return evidence_answers.say_none(request, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_settle, AcceptEvidence, EvidenceRequestRow)
    def accept(self, request: EvidenceRequest, given: dict[str, Any]) -> EvidenceRequest:
        """It is what was asked for. Never by whoever answered."""
        return evidence_answers.accept(request, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="send-back")
    @writes(policies.may_settle, SendEvidenceBack, EvidenceRequestRow)
    def send_back(self, request: EvidenceRequest, given: dict[str, Any]) -> EvidenceRequest:
        """It is asked for again, with what is missing."""
        return evidence_answers.send_back(request, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw, WithdrawRequest, EvidenceRequestRow)
    def withdraw(self, request: EvidenceRequest, given: dict[str, Any]) -> EvidenceRequest:
        return evidence_requests.withdraw(request, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="hand-on")
    @writes(policies.may_hand_on, HandRequestOn, EvidenceRequestRow)
    def hand_on(self, request: EvidenceRequest, given: dict[str, Any]) -> EvidenceRequest:
        """Ask somebody else instead. What is late needs a new `due_at`."""
        return evidence_requests.hand_on(request, to=given.pop("person"), by=self.by, at=self.at, **given)
