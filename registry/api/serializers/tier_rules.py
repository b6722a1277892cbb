"""Versions of the tier rules as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned
from registry.models import TierRuleSet
from registry.reports.tier_rules import rules_of


class RuleInWords(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    tier = serializers.CharField()
    name = serializers.CharField()
    when = serializers.CharField()
    never = serializers.BooleanField(help_text="It can never decide: rules before it catch the same answers.")


class TierRules(serializers.ModelSerializer[TierRuleSet]):
    """One version. `definition` is what decides, `in_words` the same for people."""

    proposed_by = PersonRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    in_words = serializers.SerializerMethodField()

    class Meta:
        model = TierRuleSet
        fields = [
            "id",
            "number",
            "status",
            "definition",
            "in_words",
            "based_on",
            "proposed_by",
            "proposed_at",
            "reason",
            "decided_by",
            "decided_at",
            "decision_reason",
            "effective_at",
            "followed_at",
        ]
        read_only_fields = fields

    @extend_schema_field(RuleInWords(many=True))
    def get_in_words(self, rules: TierRuleSet) -> Any:
        return RuleInWords(rules_of(rules.definition), many=True).data


class Definition(serializers.Serializer[Any]):
    """Rules, most serious tier first; the first that holds decides. See docs/tiers.md."""

    rules = serializers.ListField(child=serializers.JSONField(), max_length=40)


class ProposeRules(Reasoned):
    definition = Definition()
    effective_at = serializers.DateTimeField(required=False, allow_null=True)


class TryRules(serializers.Serializer[Any]):
    definition = Definition()
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=1_000_000)


class DecideRules(Reasoned):
    approve = serializers.BooleanField()


class MoveCount(serializers.Serializer[Any]):
    old = serializers.CharField()
    new = serializers.CharField()
    workflows = serializers.IntegerField()


class Moved(serializers.Serializer[Any]):
    workflow = serializers.IntegerField()
    name = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class Moves(serializers.Serializer[Any]):
    """Which workflows would get another tier; `rows` is one page of them."""

    assessed = serializers.IntegerField()
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    counts = MoveCount(many=True)
    rows = Moved(many=True)
