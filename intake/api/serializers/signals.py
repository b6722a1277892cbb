"""Signals received, deliveries, and what is decided, as the API shows and takes them."""

import base64
from typing import Any

from rest_framework import serializers

from incidents.api.serializers.incidents import Declare
from incidents.api.serializers.refs import IncidentRef
from incidents.models import Incident
from intake.models import DeliveryBody, ReceivedSignal, SignalDelivery, SignalSighting, SignalSource
from intake.services.deciding import MOST_AT_ONCE
from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.models import Workflow


class SourceRef(serializers.ModelSerializer[SignalSource]):
    class Meta:
        model = SignalSource
        fields = ["id", "name", "kind"]


class SignalRow(serializers.ModelSerializer[ReceivedSignal]):
    source = SourceRef()  # type: ignore[assignment]
    workflow = WorkflowRef(allow_null=True)
    incident = IncidentRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    reported_by = PersonRef(allow_null=True)
    labels = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = ReceivedSignal
        fields = [
            "id", "reference", "source", "key", "is_current", "status", "status_at", "title", "text", "level",
            "labels", "link", "workflow", "bound_by", "first_seen_at", "last_seen_at", "count", "state",
            "later_until", "incident", "is_by_rule", "decided_by", "decided_at", "reason", "reported_by",
        ]  # fmt: skip
        read_only_fields = fields


class Sighting(serializers.ModelSerializer[SignalSighting]):
    """That a delivery spoke of the signal."""

    class Meta:
        model = SignalSighting
        fields = ["id", "delivery", "place", "status", "at"]
        read_only_fields = fields


class SignalDeliveryRow(serializers.ModelSerializer[SignalDelivery]):
    source = SourceRef()  # type: ignore[assignment]

    class Meta:
        model = SignalDelivery
        fields = [
            "id", "reference", "source", "received_at", "sha256", "size", "content_type", "outcome", "problem",
            "events", "processed_at",
        ]  # fmt: skip
        read_only_fields = fields


class DeliveryDetail(SignalDeliveryRow):
    headers = serializers.DictField(child=serializers.CharField())
    body = serializers.SerializerMethodField(help_text="The bytes as received, in base 64.")

    class Meta(SignalDeliveryRow.Meta):
        fields = [*SignalDeliveryRow.Meta.fields, "headers", "body"]
        read_only_fields = fields

    def get_body(self, delivery: SignalDelivery) -> str:
        content = DeliveryBody.objects.get(pk=delivery.pk).content
        return base64.b64encode(bytes(content)).decode()


class Reported(serializers.ModelSerializer[SignalDelivery]):
    """The report as it was kept; it stands in the inbox shortly."""

    class Meta:
        model = SignalDelivery
        fields = ["id", "reference", "received_at"]
        read_only_fields = fields


class Report(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    workflow = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), allow_null=True, required=False)
    link = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class Promote(Declare):
    """An incident of the signal, declared as any other. It counts as known since the signal was first seen."""


class Attach(serializers.Serializer[Any]):
    incident = serializers.PrimaryKeyRelatedField(queryset=Incident.objects.none())

    def get_fields(self) -> dict[str, Any]:
        """Only incidents that exist for the caller can be named."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["incident"].queryset = Incident.objects.visible_to(request.user)  # type: ignore[attr-defined]
        return fields


class Bind(serializers.Serializer[Any]):
    workflow = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), allow_null=True)


class Because(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class Later(serializers.Serializer[Any]):
    until = serializers.DateTimeField(help_text="Within thirty days.")


class DismissMany(Because):
    """One reason for all of them. When one is decided already, none is changed."""

    signals = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST_AT_ONCE)


class Decided(serializers.Serializer[Any]):
    count = serializers.IntegerField()
