"""Retention reviews as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import IncidentRef
from incidents.models import Evidence, RetentionReview
from incidents.services.retention import REASON
from registry.api.serializers.refs import PersonRef


class PieceRef(serializers.ModelSerializer[Evidence]):
    incident = IncidentRef()

    class Meta:
        model = Evidence
        fields = ["id", "reference", "title", "retention", "is_on_hold", "custody", "incident"]
        read_only_fields = fields


class RetentionRow(serializers.ModelSerializer[RetentionReview]):
    """A list leaves out the reason."""

    evidence = PieceRef()
    proposed_by = PersonRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = RetentionReview
        fields = [
            "id",
            "evidence",
            "state",
            "due_date",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
            "keep_until",
        ]
        read_only_fields = fields


class Review(RetentionRow):
    """That one of a restricted incident or piece was read goes on record."""

    class Meta:
        model = RetentionReview
        fields = [*RetentionRow.Meta.fields, "reason"]
        read_only_fields = fields


class WhyShort(serializers.Serializer[Any]):
    """Why: stands in the chain of custody."""

    reason = serializers.CharField(max_length=REASON)


class Period(WhyShort):
    retention = serializers.ChoiceField(choices=Evidence.Retention.choices)


class KeepOn(WhyShort):
    until = serializers.DateField(help_text="It is reviewed again after that day.")
