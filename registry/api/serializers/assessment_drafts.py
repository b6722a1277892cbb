"""Answers kept while they are given, as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import AssessmentDraft
from registry.models.workflow_words import Tier
from registry.risk_areas import Area, Level
from registry.services.assessment_panel import doubts


class Doubt(serializers.Serializer[Any]):
    step = serializers.CharField(help_text="An area, or a question about the EU AI Act, where it can be put right.")
    sentence = serializers.CharField()


class Draft(serializers.ModelSerializer[AssessmentDraft]):
    """What one person has answered so far. `begun_after` is the assessment it started from.

    `contradictions`: where the answers do not fit each other, or what is registered. They are pointed out, not refused.
    """

    person = PersonRef()
    contradictions = serializers.SerializerMethodField()

    class Meta:
        model = AssessmentDraft
        fields = [
            "id",
            "person",
            "begun_after",
            "answers",
            "ai_act_answers",
            "contradictions",
            "begun_at",
            "saved_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(Doubt(many=True))
    def get_contradictions(self, draft: AssessmentDraft) -> Any:
        view = self.context["view"]
        return Doubt(doubts(draft.answers, draft.ai_act_answers, view.known, at=view.at), many=True).data


class AnswerArea(serializers.Serializer[Any]):
    area = serializers.ChoiceField(choices=Area.choices())
    level = serializers.ChoiceField(choices=Level.choices())
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    evidence = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=10, required=False, default=list
    )


class AnswerAct(serializers.Serializer[Any]):
    """A question about the EU AI Act: PROHIBITED, PRODUCT, LISTED, EXEMPTION, PROFILING or TRANSPARENCY."""

    question = serializers.CharField(max_length=20)
    points = serializers.ListField(child=serializers.CharField(max_length=20), max_length=40)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class SubmitDraft(serializers.Serializer[Any]):
    """`seen` names the assessment somebody made since the draft was begun, where there is one."""

    seen = serializers.IntegerField(required=False, allow_null=True, max_value=2**63 - 1, min_value=1)
    override_tier = serializers.ChoiceField(choices=Tier.choices, required=False, allow_blank=True)
    override_reason = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    override_until_date = serializers.DateField(required=False, allow_null=True)
