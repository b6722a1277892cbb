"""Requests for evidence as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.evidence import AddPiece
from incidents.api.serializers.refs import IncidentRef
from incidents.minimum_evidence import Item
from incidents.models import Evidence, EvidenceRequest
from incidents.requesting import Answer
from registry.api.serializers.refs import PersonRef
from registry.models import User

NOTHING = [(Answer.NONE.value, Answer.NONE.label), (Answer.CANNOT.value, Answer.CANNOT.label)]


class EvidenceRequestRow(serializers.ModelSerializer[EvidenceRequest]):
    """`fetches` is the piece of evidence whose link is to be fetched. Reminders count from `since_at`."""

    incident = IncidentRef()
    person = PersonRef()
    asked_by = PersonRef()
    answered_by = PersonRef(allow_null=True)
    settled_by = PersonRef(allow_null=True)
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices)
    fetches = serializers.IntegerField(source="fetches_id", allow_null=True)
    pieces = serializers.PrimaryKeyRelatedField[Evidence](many=True, read_only=True)

    class Meta:
        model = EvidenceRequest
        fields = [
            "id", "incident", "person", "wanted", "item", "kind", "reason", "fetches", "asked_by", "asked_at",
            "since_at", "due_at", "status", "reminded", "answer", "answer_note", "answered_by", "answered_at",
            "settled_by", "settled_at", "settled_note", "pieces",
        ]  # fmt: skip
        read_only_fields = fields


class AskEvidence(serializers.Serializer[Any]):
    """An `item` of the minimum set, or what `wanted` says. Without `due_at` by the cadence of the severity."""

    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.active())
    item = serializers.ChoiceField(choices=Item.choices(), required=False)
    wanted = serializers.CharField(max_length=300, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices, required=False)
    reason = serializers.CharField(max_length=500)
    due_at = serializers.DateTimeField(required=False)


class AskToFetch(serializers.Serializer[Any]):
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.active())
    reason = serializers.CharField(max_length=500)
    due_at = serializers.DateTimeField(required=False)


class HandIn(AddPiece):
    """Like adding evidence; `title`, `kind` and `method` follow from the request unless given."""

    title = serializers.CharField(max_length=200, required=False)
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices, required=False)
    method = serializers.CharField(max_length=200, required=False)
    collected_at = serializers.DateTimeField(required=False)


class SayNone(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=NOTHING)
    note = serializers.CharField(max_length=500)


class AcceptEvidence(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class WithdrawRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class SendEvidenceBack(WithdrawRequest):
    due_at = serializers.DateTimeField(required=False)


class HandRequestOn(SendEvidenceBack):
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.active())
