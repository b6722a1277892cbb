"""Erasures as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import Erasure


class ErasureRecord(serializers.ModelSerializer[Erasure]):
    asked_by = PersonRef()
    decided_by = PersonRef(allow_null=True)
    fields_erased = serializers.ListField(source="fields", child=serializers.CharField())

    class Meta:
        model = Erasure
        fields = [
            "id",
            "object_type",
            "object_id",
            "fields_erased",
            "basis",
            "reason",
            "state",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "decision_note",
        ]
        read_only_fields = fields


class AskErasure(serializers.Serializer[Any]):
    object_type = serializers.CharField(max_length=60, help_text="For example registry.user.")
    object_id = serializers.CharField(max_length=40)
    fields_erased = serializers.ListField(
        child=serializers.CharField(max_length=60), min_length=1, max_length=40,
        help_text="Names of text fields of that kind, `reason` for reasons given, `detail` for details of events.",
    )  # fmt: skip
    basis = serializers.ChoiceField(choices=Erasure.Basis.choices)
    reason = serializers.CharField(max_length=4000)


class DecideErasure(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000)
