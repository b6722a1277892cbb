"""Judgements of severity as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents import severity_inputs as asked
from incidents.api.serializers.refs import LONGEST
from incidents.models import SeverityAssessment
from registry.api.serializers.refs import PersonRef
from registry.severities import Severity


class SeverityInputs(serializers.Serializer[Any]):
    """What is known now; what is left out counts as the mildest answer."""

    harm = serializers.ChoiceField(choices=asked.Harm.choices(), required=False)
    reversibility = serializers.ChoiceField(choices=asked.Reversibility.choices(), required=False)
    blast_radius = serializers.ChoiceField(choices=asked.BlastRadius.choices(), required=False)
    exposure = serializers.ChoiceField(choices=asked.Exposure.choices(), required=False)
    data = serializers.ChoiceField(choices=asked.DataInvolved.choices(), required=False)  # type: ignore[assignment]
    recurrence = serializers.ChoiceField(choices=asked.Recurrence.choices(), required=False)
    autonomy = serializers.ChoiceField(choices=asked.Autonomy.choices(), required=False)
    unsure = serializers.BooleanField(required=False)
    active_exploitation = serializers.BooleanField(required=False)
    regulator_inquiry = serializers.BooleanField(required=False)
    near_miss = serializers.BooleanField(required=False)
    caught = serializers.BooleanField(required=False)


class SeverityJudgement(serializers.ModelSerializer[SeverityAssessment]):
    scale = serializers.IntegerField(source="scale.number", help_text="Version of the scale in force then.")
    inputs = SeverityInputs()
    reasons = serializers.ListField(child=serializers.CharField())
    by = PersonRef()

    class Meta:
        model = SeverityAssessment
        fields = ["id", "inputs", "proposed", "reasons", "confirmed", "reason", "scale", "by", "at"]
        read_only_fields = fields


class JudgeSeverity(serializers.Serializer[Any]):
    """`confirmed` may differ from what the rules propose, with a reason."""

    inputs = SeverityInputs()
    confirmed = serializers.ChoiceField(choices=Severity.choices())
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
