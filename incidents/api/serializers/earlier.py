"""What happened before, as the API shows it."""

from typing import Any

from rest_framework import serializers

from incidents.models import Incident
from incidents.severity_inputs import Recurrence


class EarlierIncident(serializers.ModelSerializer[Incident]):
    reference = serializers.CharField()
    is_same_workflow = serializers.BooleanField()
    is_same_kind = serializers.BooleanField()

    class Meta:
        model = Incident
        fields = [
            "id", "reference", "title", "category", "kind", "severity", "state", "declared_at",
            "is_same_workflow", "is_same_kind",
        ]  # fmt: skip
        read_only_fields = fields


class LapsedFix(serializers.Serializer[Any]):
    title = serializers.CharField()
    url = serializers.CharField()
    owner = serializers.CharField()
    due = serializers.DateField()
    why = serializers.CharField()


class EarlierIncidents(serializers.Serializer[Any]):
    """`alike` counts incidents of the same workflow and kind within 90 days; `proposed` is the answer to the question
    whether it happened before.
    """

    alike = serializers.IntegerField()
    proposed = serializers.ChoiceField(choices=Recurrence.choices())
    shown = EarlierIncident(many=True)
    lapsed = LapsedFix(many=True)
