"""Words that leave the room."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.communications import (
    ApproveMessage,
    ConfirmNothing,
    DraftMessage,
    EditMessage,
    FilledTemplate,
    MarkSent,
    Message,
    OwedMessage,
    Reached,
    SayReached,
    SendBack,
    SendNothing,
    SentenceShown,
    Tie,
    TieSentence,
    UntieSentence,
)
from incidents.api.views.nested import OfIncident
from incidents.models import Communication, Incident, Reach, SentenceTie
from incidents.policies import communications as speaking
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list, may_work
from incidents.reports.resting import sentences_of
from incidents.services import approving, communications, templates, tying
from incidents.services.owed_messages import owed_of, rules_at
from registry.kernel.http.api import ReadViewSet, writes


class CommunicationViewSet(OfIncident, ReadViewSet):
    """Drafted by one person, approved by others, sent; or reasoned away."""

    queryset = Communication.objects.all()
    serializer_class = Message
    reads = staticmethod(may_see_list)
    joins = ("drafted_by", "approved_by", "sent_by")

    def visible(self) -> Any:
        more = ("approvals__by", "ties__evidence", "ties__entry", "ties__by")
        return super().visible().prefetch_related(*more)

    def get_serializer_context(self) -> dict[str, Any]:
        """By which rules approvals are counted, and which evidence the caller may not open."""
        known = dict(super().get_serializer_context())
        if getattr(self, "swagger_fake_view", False):
            return known
        return {**known, "rules": rules_at(self.at), "closed": closed_to(self.by, self.kwargs["incident_pk"])}

    @writes(speaking.may_draft, DraftMessage, Message, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> Communication:
        return communications.draft(incident, by=self.by, at=self.at, **given)

    @writes(speaking.may_edit, EditMessage, Message)
    def partial_update(self, message: Communication, given: dict[str, Any]) -> Communication:
        opened = given.pop("version")
        return communications.edit_draft(message, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(speaking.may_approve, ApproveMessage, Message)
    def approve(self, message: Communication, given: dict[str, Any]) -> Communication:
        opened = given.pop("version")
        return approving.approve(message, by=self.by, at=self.at, opened_version=opened, **given).communication

    @action(detail=True, methods=["post"], url_path="send-back")
    @writes(speaking.may_approve, SendBack, Message)
    def send_back(self, message: Communication, given: dict[str, Any]) -> Communication:
        """The words may not go out as they are, and why; approvals given before end."""
        opened = given.pop("version")
        return approving.send_back(message, by=self.by, at=self.at, opened_version=opened, **given).communication

    @action(detail=True, methods=["post"])
    @writes(speaking.may_approve, ConfirmNothing, Message)
    def confirm(self, decision: Communication, given: dict[str, Any]) -> Communication:
        """A second person agrees that an audience to whom a message is owed is told nothing."""
        return approving.confirm_decision(decision, by=self.by, at=self.at, **given).communication

    @extend_schema(responses=SentenceShown(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=())
    def sentences(self, request: Request, incident_pk: int, pk: int) -> Response:
        """The text sentence by sentence, with what each rests on."""
        message = self.get_object()
        for tie in message.ties.all():
            tie.incident = message.incident
        context = self.get_serializer_context()
        return Response(SentenceShown(sentences_of(message), many=True, context=context).data)

    @action(detail=True, methods=["post"], url_path="tie")
    @writes(speaking.may_tie, TieSentence, Tie, status=201)
    def tie(self, message: Communication, given: dict[str, Any]) -> SentenceTie:
        """Say what one sentence rests on, or that it rests on nothing measurable, and why."""
        return tying.tie(message, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="untie")
    @writes(speaking.may_tie, UntieSentence, Tie)
    def untie(self, message: Communication, given: dict[str, Any]) -> SentenceTie:
        """The sentence does not rest on that after all; approvals that were given end."""
        return tying.untie(get_object_or_404(message.ties, pk=given["tie"]), by=self.by, at=self.at)

    @extend_schema(responses=FilledTemplate(many=True))
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=())
    def templates(self, request: Request, incident_pk: int) -> Response:
        """The templates in force, filled with what the incident knows."""
        return Response(FilledTemplate(templates.filled_for(self.parent(), self.at), many=True).data)

    @extend_schema(responses=OwedMessage(many=True))
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=())
    def owed(self, request: Request, incident_pk: int) -> Response:
        """For each audience: whether a message is owed, by when, how far it is, and whose approval is missing."""
        return Response(OwedMessage(owed_of(self.parent(), self.at), many=True).data)

    @action(detail=False, methods=["post"])
    @writes(may_work, SayReached, Reached, status=201)
    def reached(self, incident: Incident, given: dict[str, Any]) -> Reach:
        """Say whether the incident reached an audience, and how that is known. The newest word counts."""
        return communications.say_reached(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="mark-sent")
    @writes(speaking.may_send, MarkSent, Message)
    def mark_sent(self, message: Communication, given: dict[str, Any]) -> Communication:
        """Record that it went out, and by what."""
        return communications.mark_sent(message, by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="decide-not-to")
    @writes(speaking.may_decide_not_to, SendNothing, Message, status=201)
    def decide_not_to(self, incident: Incident, given: dict[str, Any]) -> Communication:
        """Record that an audience is told nothing, and why."""
        return communications.decide_not_to(incident, given["audience"], by=self.by, at=self.at, reason=given["reason"])
