"""Signals received, and what becomes of them."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action

from incidents.services import reading
from intake.api.serializers.signals import (
    Attach,
    Because,
    Bind,
    Decided,
    DeliveryDetail,
    DismissMany,
    Later,
    Promote,
    Report,
    Reported,
    Sighting,
    SignalDeliveryRow,
    SignalRow,
)
from intake.filters.signals import SignalFilter
from intake.models import ReceivedSignal, SignalDelivery, SignalSighting
from intake.policies import deliveries as delivery_policies
from intake.policies import signals as policies
from intake.policies import sources as source_policies
from intake.services import deciding, opening, reporting, rereading
from registry.api.past import PastViewSet
from registry.kernel.access.verdict import require
from registry.kernel.http.api import ListViewSet, ReadViewSet, writes
from registry.models import User

JOINS = ("source", "workflow", "incident", "decided_by", "reported_by")


def seen_by(user: User) -> Any:
    rows: Any = ReceivedSignal.objects
    return rows.visible_to(user)


class ReceivedSignalViewSet(PastViewSet):
    """What monitoring sent and people reported; `state` says what was made of it."""

    queryset = ReceivedSignal.objects.all()
    serializer_class = SignalRow
    filterset_class = SignalFilter
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return seen_by(self.by).select_related(*JOINS)

    def get_object(self) -> Any:
        """That one of a restricted incident was read goes on record."""
        found = super().get_object()
        if found.incident is not None:
            reading.opened(found.incident, by=self.by, at=timezone.now())
        return found

    @writes(policies.may_report, Report, Reported, status=201)
    def create(self, given: dict[str, Any]) -> SignalDelivery:
        """Report a problem. It becomes a signal in the inbox."""
        return reporting.report(by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, Promote, SignalRow)
    def promote(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """Make it an incident."""
        deciding.promote([signal], by=self.by, at=self.at, **given)
        return self._again(signal)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, Attach, SignalRow)
    def attach(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """It belongs to an incident that is going on."""
        deciding.attach([signal], given["incident"], by=self.by, at=self.at)
        return self._again(signal)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, Bind, SignalRow)
    def bind(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """Say which workflow it is about."""
        deciding.bind(signal, given["workflow"], by=self.by, at=self.at)
        return self._again(signal)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, Because, SignalRow)
    def dismiss(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """It is not an incident, and why."""
        deciding.dismiss([signal], by=self.by, at=self.at, **given)
        return self._again(signal)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, Later, SignalRow)
    def later(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """Out of the way until a time."""
        deciding.later([signal], by=self.by, at=self.at, **given)
        return self._again(signal)

    @action(detail=True, methods=["post"], url_path="put-back")
    @writes(policies.may_decide, Because, SignalRow)
    def put_back(self, signal: ReceivedSignal, given: dict[str, Any]) -> ReceivedSignal:
        """Into the inbox again: what was decided was wrong."""
        deciding.put_back(signal, by=self.by, at=self.at, **given)
        return self._again(signal)

    @action(detail=False, methods=["post"], url_path="dismiss-many")
    @writes(policies.may_sort_out, DismissMany, Decided)
    def dismiss_many(self, given: dict[str, Any]) -> dict[str, int]:
        """None of these is an incident, for one reason."""
        rows = list(seen_by(self.by).filter(pk__in=given["signals"]))
        if len(rows) < len(set(given["signals"])):
            raise Http404
        return {"count": len(deciding.dismiss(rows, by=self.by, at=self.at, reason=given["reason"]))}

    def _again(self, signal: ReceivedSignal) -> ReceivedSignal:
        """As it stands now; whoever decided sees it still, also where its incident is a restricted one."""
        return ReceivedSignal.objects.select_related(*JOINS).get(pk=signal.pk)


class SightingViewSet(ListViewSet):
    """Which deliveries spoke of one signal."""

    queryset = SignalSighting.objects.all()
    serializer_class = Sighting
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        signal = get_object_or_404(seen_by(self.by).select_related("incident"), pk=self.kwargs["received_signal_pk"])
        if signal.incident is not None:
            reading.opened(signal.incident, by=self.by, at=timezone.now())
        return SignalSighting.objects.filter(signal=signal).order_by("-id")


class DeliveryViewSet(ReadViewSet):
    """Messages as they arrived. One that speaks of something the caller may not see does not exist."""

    queryset = SignalDelivery.objects.all()
    serializer_class = DeliveryDetail
    serializer_classes = {"list": SignalDeliveryRow}
    filterset_fields = ["source", "outcome"]
    reads = staticmethod(source_policies.may_read_bodies)

    def visible(self) -> Any:
        return SignalDelivery.objects.select_related("source")

    def get_object(self) -> Any:
        found = super().get_object()
        if not delivery_policies.may_know_of(self.by, found):
            raise Http404
        if self.action == "retrieve":
            require(delivery_policies.may_read_body, self.by, found)
            opening.spoken_of(found, by=self.by, at=timezone.now())
        return found

    @action(detail=True, methods=["post"], url_path="read-again")
    @writes(delivery_policies.may_read_again, Because, SignalDeliveryRow)
    def read_again(self, delivery: SignalDelivery, given: dict[str, Any]) -> SignalDelivery:
        """Read once more what could not be read or taken in."""
        return rereading.read_again(delivery, by=self.by, at=self.at, **given)
