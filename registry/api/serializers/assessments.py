"""Tier assessments as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.ai_act import AiActClass
from registry.api.serializers.refs import PersonRef, Reasoned
from registry.models import TierAssessment
from registry.models.workflow_words import Tier
from registry.tiering import Level


class AreaAnswer(serializers.Serializer[Any]):
    """A level above LOW needs its reason. Evidence is https addresses."""

    level = serializers.ChoiceField(choices=Level.choices())
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    evidence = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=10, required=False, default=list
    )


class ActAnswer(serializers.Serializer[Any]):
    """The provisions that hold, none of them where none does; points need a reason."""

    points = serializers.ListField(child=serializers.CharField(max_length=20), max_length=40)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ActAnswers(serializers.Serializer[Any]):
    """The questions in the order of the Act; those that an earlier one settles may be left out."""

    PROHIBITED = ActAnswer(required=False)
    PRODUCT = ActAnswer(required=False)
    LISTED = ActAnswer(required=False)
    EXEMPTION = ActAnswer(required=False)
    PROFILING = ActAnswer(required=False)
    TRANSPARENCY = ActAnswer(required=False)


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
    ai_act_answers = ActAnswers()
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
            "ai_act_answers",
            "ai_act_finding",
            "repeats",
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
    """The class under the EU AI Act follows from `ai_act_answers`, or is given as it is; both must agree."""

    answers = Answers()
    ai_act_answers = ActAnswers(required=False)
    ai_act_class = serializers.ChoiceField(choices=AiActClass.choices(), required=False)
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
