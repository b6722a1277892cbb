"""Addresses outside that are told of incidents, and what was sent to them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import IncidentRef
from incidents.happenings import Happening
from incidents.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookStanding
from registry.api.serializers.refs import PersonRef, Versioned
from registry.models import User, Workflow
from registry.severities import Severity


class Standing(serializers.ModelSerializer[WebhookStanding]):
    """How sending goes; `failures` in a row."""

    class Meta:
        model = WebhookStanding
        fields = ["last_attempt_at", "last_success_at", "failures", "failing_since_at", "rests_until_at"]
        read_only_fields = fields


class Endpoint(serializers.ModelSerializer[WebhookEndpoint]):
    """Empty `happenings`, `severities` or `workflows` mean all. `paused_at` is set where nothing arrives."""

    owner = PersonRef()
    restricted_by = PersonRef(allow_null=True)
    workflows = serializers.ListField(child=serializers.IntegerField(), source="workflow_ids")
    standing = Standing()

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "name", "url", "owner", "happenings", "severities", "workflows", "hears_exercises",
            "hears_restricted", "restricted_by", "restricted_at", "is_active", "paused_at", "pause_reason",
            "secret_set_at", "standing", "version",
        ]  # fmt: skip
        read_only_fields = fields


class NewSecret(Endpoint):
    """`secret` is in this answer only."""

    secret = serializers.CharField()

    class Meta(Endpoint.Meta):
        fields = [*Endpoint.Meta.fields, "secret"]
        read_only_fields = fields


class AddEndpoint(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    url = serializers.CharField(max_length=500, help_text="Begins with https:// and leads to a public address.")
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))
    happenings = serializers.MultipleChoiceField(choices=Happening.choices(), required=False)
    severities = serializers.MultipleChoiceField(choices=Severity.choices(), required=False)
    workflows = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), many=True, required=False)
    hears_exercises = serializers.BooleanField(required=False, default=False)


class ChangeEndpoint(Versioned):
    """What is left out stays. Another address hears nothing of restricted incidents until risk staff let it anew."""

    name = serializers.CharField(max_length=100, required=False)
    url = serializers.CharField(max_length=500, required=False)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), required=False)
    happenings = serializers.MultipleChoiceField(choices=Happening.choices(), required=False)
    severities = serializers.MultipleChoiceField(choices=Severity.choices(), required=False)
    workflows = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), many=True, required=False)
    hears_exercises = serializers.BooleanField(required=False)


class ReplaceSecret(serializers.Serializer[Any]):
    overlap = serializers.DurationField(
        help_text="How long messages bear both signatures: seconds, or [days ]hh:mm:ss."
    )


class Since(serializers.Serializer[Any]):
    since = serializers.DateTimeField()


class SentAgain(serializers.Serializer[Any]):
    """How many events are sent again."""

    events = serializers.IntegerField()


class EndpointRef(serializers.ModelSerializer[WebhookEndpoint]):
    class Meta:
        model = WebhookEndpoint
        fields = ["id", "name"]


class DeliveryRow(serializers.ModelSerializer[WebhookDelivery]):
    """One event for one endpoint; `incident` is null for a test."""

    endpoint = EndpointRef()
    incident = IncidentRef(allow_null=True)

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "endpoint", "incident", "event_id", "event_type", "state", "created_at", "attempts",
            "next_attempt_at", "delivered_at", "last_status", "last_error",
        ]  # fmt: skip
        read_only_fields = fields


class Attempt(serializers.ModelSerializer[WebhookAttempt]):
    """Without `status` and `error` it is under way, or nobody lived to see how it ended."""

    headers = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = WebhookAttempt
        fields = ["number", "at", "milliseconds", "status", "error", "headers", "answer"]
        read_only_fields = fields


class Delivery(DeliveryRow):
    """With the body as it is signed, byte for byte, and every attempt, the newest first."""

    tries = Attempt(many=True)

    class Meta(DeliveryRow.Meta):
        fields = [*DeliveryRow.Meta.fields, "body", "tries"]
        read_only_fields = fields
