"""The first hour as the API shows and takes it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.first_hour import Standing, Step, Window
from incidents.minimum_evidence import Item
from incidents.models import FirstHourDecision
from registry.api.serializers.refs import PersonRef


class HourDecision(serializers.ModelSerializer[FirstHourDecision]):
    by = PersonRef()

    class Meta:
        model = FirstHourDecision
        fields = ["id", "step", "is_set_aside", "reason", "by", "at"]
        read_only_fields = fields


class HourLine(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=Step.choices())
    label = serializers.CharField(source="step.label")  # type: ignore[assignment]
    standing = serializers.ChoiceField(choices=Standing.choices())
    due_at = serializers.DateTimeField()


class HourPart(serializers.Serializer[Any]):
    window = serializers.ChoiceField(choices=Window.choices())
    label = serializers.CharField(source="window.label")  # type: ignore[assignment]
    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    lines = HourLine(many=True)


class StepLeftOut(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=Step.choices())
    reason = serializers.CharField()
    by = serializers.CharField(help_text="Name of whoever said so.")
    at = serializers.DateTimeField()


class MinimumItem(serializers.Serializer[Any]):
    item = serializers.ChoiceField(choices=Item.choices())
    label = serializers.CharField()  # type: ignore[assignment]
    is_there = serializers.BooleanField()


class FirstHour(serializers.Serializer[Any]):
    """`next` is the step to take now; null once all are settled. `contains_first`: containment before diagnosis."""

    began = serializers.DateTimeField(help_text="The declaration.")
    contains_first = serializers.BooleanField()
    next = serializers.ChoiceField(choices=Step.choices(), source="plan.next.step", allow_null=True, default=None)
    windows = HourPart(many=True, source="plan.parts")
    minimum_evidence = serializers.SerializerMethodField()
    vacant_roles = serializers.ListField(child=serializers.CharField(), source="vacant")
    set_aside = serializers.SerializerMethodField()

    @extend_schema_field(StepLeftOut(many=True))
    def get_set_aside(self, found: Any) -> list[dict[str, Any]]:
        return list(StepLeftOut(list(found.set_aside.values()), many=True).data)

    @extend_schema_field(MinimumItem(many=True))
    def get_minimum_evidence(self, found: Any) -> list[dict[str, Any]]:
        pieces = [{"item": item, "label": item.label, "is_there": is_there} for item, is_there in found.evidence]
        return list(MinimumItem(pieces, many=True).data)


class DecideStep(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=Step.choices())
    reason = serializers.CharField(max_length=300)
