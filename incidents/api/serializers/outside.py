"""Communications and obligations as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.models import Communication, Obligation
from registry.api.serializers.refs import PersonRef
from registry.models import User


class Message(serializers.ModelSerializer[Communication]):
    drafted_by = PersonRef()
    approved_by = PersonRef(allow_null=True)
    sent_by = PersonRef(allow_null=True)

    class Meta:
        model = Communication
        fields = [
            "id",
            "audience",
            "subject",
            "text",
            "status",
            "drafted_by",
            "drafted_at",
            "approved_by",
            "approved_at",
            "sent_by",
            "sent_at",
            "channel",
            "decision_reason",
            "version",
        ]
        read_only_fields = fields


class DraftMessage(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=LONGEST)


class EditMessage(serializers.Serializer[Any]):
    """Only the fields that are to change, and the version that was read."""

    audience = serializers.ChoiceField(choices=Communication.Audience.choices, required=False)
    subject = serializers.CharField(max_length=200, required=False)
    text = serializers.CharField(max_length=LONGEST, required=False)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ApproveMessage(serializers.Serializer[Any]):
    """The version that was read: other words are not approved unseen."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class MarkSent(serializers.Serializer[Any]):
    channel = serializers.CharField(max_length=100)


class SendNothing(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    reason = serializers.CharField(max_length=LONGEST)


class Owed(serializers.ModelSerializer[Obligation]):
    owner = PersonRef(allow_null=True)
    settled_by = PersonRef(allow_null=True)

    class Meta:
        model = Obligation
        fields = [
            "id",
            "name",
            "authority",
            "starts_at",
            "due_at",
            "owner",
            "status",
            "settled_by",
            "settled_at",
            "explanation",
        ]
        read_only_fields = fields


class AddOwed(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    authority = serializers.CharField(max_length=150, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(help_text="When the clock of the notice began to run.")
    due_at = serializers.DateTimeField()
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False, allow_null=True)
