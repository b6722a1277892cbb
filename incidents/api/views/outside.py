"""Words that leave the room, and notices that may be owed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.outside import (
    AddOwed,
    ApproveMessage,
    ConfirmNothing,
    DraftMessage,
    EditMessage,
    MarkSent,
    Message,
    Owed,
    OwedMessage,
    Reached,
    SayReached,
    SendBack,
    SendNothing,
)
from incidents.api.serializers.refs import Explanation
from incidents.api.views.nested import OfIncident
from incidents.models import Communication, Incident, Obligation, Reach
from incidents.policies import communications as speaking
from incidents.policies import obligations as owing
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import approving, communications, obligations
from incidents.services.owed_messages import owed_of, rules_at
from registry.kernel.http.api import ReadViewSet, writes


class CommunicationViewSet(OfIncident, ReadViewSet):
    """Drafted by one person, approved by others, sent; or reasoned away."""

    queryset = Communication.objects.all()
    serializer_class = Message
    reads = staticmethod(may_see_list)
    joins = ("drafted_by", "approved_by", "sent_by")

    def visible(self) -> Any:
        return super().visible().prefetch_related("approvals__by")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "rules": rules_at(self.at)}

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


class ObligationViewSet(OfIncident, ReadViewSet):
    queryset = Obligation.objects.all()
    serializer_class = Owed
    reads = staticmethod(may_see_list)
    joins = ("owner", "settled_by")

    @writes(owing.may_add, AddOwed, Owed, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> Obligation:
        return obligations.add(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(owing.may_settle, Explanation, Owed)
    def submit(self, owed: Obligation, given: dict[str, Any]) -> Obligation:
        """The notice was sent; the explanation says how, with the receipt."""
        return obligations.submit(owed, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="not-owed")
    @writes(owing.may_settle, Explanation, Owed)
    def not_owed(self, owed: Obligation, given: dict[str, Any]) -> Obligation:
        return obligations.not_owed(owed, by=self.by, at=self.at, **given)
