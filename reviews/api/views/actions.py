"""Action items, and the steps each goes through."""

from datetime import date
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.room import Revert as Why
from registry.api.differences import compares, difference
from registry.api.past import PastViewSet
from registry.kernel.http.api import JSON_OR_FILES, writes
from registry.kernel.http.sending import AnyMedia, sends, sent
from reviews.api.serializers.actions import (
    AcceptRisk,
    ActionDetail,
    ActionRow,
    CheckEffect,
    ClaimDone,
    CreateAction,
    ReopenAction,
    VerifyProof,
)
from reviews.filters.actions import ActionFilter
from reviews.models import ActionItem
from reviews.policies import actions as policies
from reviews.reports import differences
from reviews.services import actions as services
from reviews.services import reading

JOINS = ("incident", "workflow", "assignee", "claimed_by", "verified_by", "created_by")
EXAMPLE = OpenApiExample(
    "From a review",
    value={
        "title": "Alert when a letter cites a paragraph that is in no policy",
        "category": "DETECTION_GAP",
        "assignee": 7,
        "due_date": "2026-12-01",
        "review": 3,
    },
    request_only=True,
)


class ActionQuery(ActionFilter):
    """As on the page; the order is the cursor's."""

    sort = None


class ActionViewSet(PastViewSet):
    queryset = ActionItem.objects.all()
    serializer_class = ActionDetail
    serializer_classes = {"list": ActionRow}
    filterset_class = ActionQuery
    reads = staticmethod(policies.may_see_list)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def visible(self) -> Any:
        return ActionItem.objects.visible_to(self.by).select_related(*JOINS)

    def get_object(self) -> Any:
        """That an item of a restricted incident was read goes on record."""
        found = super().get_object()
        if self.action == "retrieve":
            reading.opened(found, by=self.by, at=timezone.now())
        return found

    @writes(policies.may_open_form, CreateAction, ActionDetail, status=201, examples=[EXAMPLE])
    def create(self, given: dict[str, Any]) -> ActionItem:
        return services.create(by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_work_on, None, ActionDetail)
    def start(self, item: ActionItem) -> ActionItem:
        return services.start(item, by=self.by, at=self.at)

    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FILES)
    @writes(policies.may_work_on, ClaimDone, ActionDetail)
    def claim(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        """Say that it is done, and show it."""
        return services.claim_done(item, by=self.by, at=self.at, upload=given.pop("file", None), **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_verify, VerifyProof, ActionDetail)
    def verify(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        """Accept the proof or send it back; by a second person."""
        return services.verify(item, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="check-effect")
    @writes(policies.may_check_effect, CheckEffect, ActionDetail)
    def check_effect(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        """Say whether the change did what it was for."""
        return services.check_effect(item, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="accept-risk")
    @writes(policies.may_accept_risk, AcceptRisk, ActionDetail)
    def accept_risk(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        """Live with it until a day."""
        return services.accept_risk(item, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_cancel, Why, ActionDetail)
    def cancel(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        return services.cancel(item, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_reopen, ReopenAction, ActionDetail)
    def reopen(self, item: ActionItem, given: dict[str, Any]) -> ActionItem:
        """Open again with a new date, from which the chase counts anew."""
        return services.reopen(item, by=self.by, at=self.at, **given)

    @sends()
    @action(detail=True, content_negotiation_class=AnyMedia)
    def proof(self, request: Request, pk: int) -> HttpResponseBase:
        """The file of the proof. Taking it is recorded."""
        item = self.get_object()
        if item.proof_file_id is None:
            raise Http404
        stored = services.open_proof(item, by=self.by, at=self.at)
        return sent(request, stored.open(), filename=item.proof_filename or item.reference, size=stored.size)

    @compares()
    @action(detail=True)
    def difference(self, request: Request, pk: int) -> Response:
        """What changed between two moments on the action item and everything under it."""
        item = self.get_object()
        reading.opened(item, by=self.by, at=self.at)
        return difference(request, item, differences.action_kinds(item))
