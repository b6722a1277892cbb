"""Requests at gates as the API shows and takes them."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.approvals import Autonomy, GateKind
from registry.models import GateCondition, GateRequest, GateStep, User
from registry.reports.gates import is_valid_on


class StepDetail(serializers.ModelSerializer[GateStep]):
    """`roles`: one person of any of these decides it."""

    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = GateStep
        fields = ["number", "roles", "verdict", "decided_by", "decided_at", "reason"]
        read_only_fields = fields


class ConditionDetail(serializers.ModelSerializer[GateCondition]):
    owner = PersonRef()
    set_by = PersonRef()
    met_by = PersonRef(allow_null=True)
    days_late = serializers.SerializerMethodField()

    class Meta:
        model = GateCondition
        fields = [
            "id", "text", "due_date", "days_late", "owner", "set_by", "set_at", "met_by", "met_at", "evidence",
        ]  # fmt: skip
        read_only_fields = fields

    def get_days_late(self, row: GateCondition) -> int:
        return row.days_late(self.context["view"].today)


class GateRequestRow(serializers.ModelSerializer[GateRequest]):
    """A request in a list, without the facts frozen in it."""

    reference = serializers.CharField()
    workflow = WorkflowRef()
    asked_by = PersonRef()
    steps = StepDetail(many=True)

    class Meta:
        model = GateRequest
        fields = [
            "id", "reference", "workflow", "kind", "from_autonomy", "to_autonomy", "reason", "tier", "status",
            "asked_by", "asked_at", "granted_at", "valid_until_date", "used_at", "steps",
        ]  # fmt: skip
        read_only_fields = fields


class GateRequestDetail(GateRequestRow):
    """`is_usable`: granted, and can be put into effect today by its dates. `sha256`: of `facts` in canonical form."""

    used_by = PersonRef(allow_null=True)
    withdrawn_by = PersonRef(allow_null=True)
    conditions = ConditionDetail(many=True)
    is_usable = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()

    class Meta:
        model = GateRequest
        fields = [
            *GateRequestRow.Meta.fields, "used_by", "withdrawn_by", "withdrawn_at", "withdrawal_reason", "lapsed_at",
            "is_usable", "conditions", "sha256", "facts",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_usable(self, row: GateRequest) -> bool:
        today: date = self.context["view"].today
        return is_valid_on(row, today)

    @extend_schema_field(serializers.DictField())
    def get_facts(self, row: GateRequest) -> Any:
        return row.facts


class AskGate(serializers.Serializer[Any]):
    """`to_autonomy` only where more autonomy is asked for."""

    kind = serializers.ChoiceField(choices=GateKind.choices())
    to_autonomy = serializers.ChoiceField(choices=Autonomy.choices(), required=False)
    reason = serializers.CharField(max_length=4000)


class NewCondition(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=500)
    due_date = serializers.DateField()
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())


class DecideGate(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=4000)
    conditions = serializers.ListField(child=NewCondition(), max_length=10, required=False)


class WithdrawGate(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class MeetCondition(serializers.Serializer[Any]):
    evidence = serializers.CharField(max_length=4000)
