"""Tier assessments as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.ai_act import AiActClass
from registry.api.serializers.refs import PersonRef, Reasoned
from registry.models import TierAssessment
from registry.models.workflows import Tier
from registry.tiering import Level


class AreaAnswer(serializers.Serializer[Any]):
    """A level above LOW needs its reason."""

    level = serializers.ChoiceField(choices=Level.choices())
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class Answers(serializers.Serializer[Any]):
    """One answer for each of the seven areas."""

    CUSTOMER_EXPOSURE = AreaAnswer()
    DATA_SENSITIVITY = AreaAnswer()
    AUTONOMY = AreaAnswer()
    REVERSIBILITY = AreaAnswer()
    BUSINESS_IMPACT = AreaAnswer()
    OBSERVABILITY = AreaAnswer()
    RECURRENCE = AreaAnswer()


class Assessment(serializers.ModelSerializer[TierAssessment]):
    """One reasoned judgement; `tier` is the one it puts in force."""

    rule_set = serializers.IntegerField(source="rule_set.number", help_text="Version of the rules in force then.")
    answers = Answers()
    assessed_by = PersonRef()
    override_decided_by = PersonRef(allow_null=True)

    class Meta:
        model = TierAssessment
        fields = [
            "id",
            "tier",
            "computed_tier",
            "explanation",
            "answers",
            "ai_act_class",
            "ai_act_reason",
            "rule_set",
            "override_tier",
            "override_reason",
            "override_status",
            "override_until_date",
            "override_decided_by",
            "override_decided_at",
            "override_decision_reason",
            "assessed_by",
            "assessed_at",
        ]
        read_only_fields = fields


class Assess(serializers.Serializer[Any]):
    answers = Answers()
    ai_act_class = serializers.ChoiceField(choices=AiActClass.choices())
    ai_act_reason = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    override_tier = serializers.ChoiceField(choices=Tier.choices, required=False, allow_blank=True)
    override_reason = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    override_until_date = serializers.DateField(required=False, allow_null=True)


class AskOverride(Reasoned):
    """Another tier for the answers already given."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    until_date = serializers.DateField()


class DecideOverride(Reasoned):
    approve = serializers.BooleanField()
