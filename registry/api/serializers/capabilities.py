"""Required capabilities and the acceptance of gaps as the API shows and takes them."""

from datetime import date
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, Versioned, WorkflowRef
from registry.gaps import GapState
from registry.models import CapabilityRecord, GapAcceptance, User
from registry.reports.gaps import area_label


class CapabilityRow(serializers.ModelSerializer[CapabilityRecord]):
    """One capability that the newest assessment asks for, and how it stands today."""

    workflow = WorkflowRef()
    name = serializers.CharField(source="get_capability_display")
    area = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    owner = PersonRef(allow_null=True)
    met_by = PersonRef(allow_null=True)
    proof_until_date = serializers.DateField(
        allow_null=True,
        help_text="Last day on which the containment options it stands on show it; 0001-01-01: never tried.",
    )

    class Meta:
        model = CapabilityRecord
        fields = [
            "id",
            "workflow",
            "capability",
            "name",
            "area",
            "state",
            "owner",
            "due_date",
            "days_late",
            "accepted_until_date",
            "proof_until_date",
            "is_met",
            "evidence",
            "evidence_url",
            "met_by",
            "met_at",
            "version",
        ]
        read_only_fields = fields

    @property
    def today(self) -> date:
        found: date = self.context["view"].today
        return found

    def get_area(self, record: CapabilityRecord) -> str:
        return area_label(record.capability)

    @extend_schema_field(serializers.ChoiceField(choices=GapState.choices()))
    def get_state(self, record: CapabilityRecord) -> str:
        return record.standing.state(self.today).value

    def get_days_late(self, record: CapabilityRecord) -> int:
        standing = record.standing
        return standing.days_late(self.today) if standing.state(self.today) is GapState.OVERDUE else 0


class AskedFor(serializers.Serializer[Any]):
    """The answer that asks for the capability."""

    level = serializers.CharField()
    reason = serializers.CharField()


class WorkflowCapability(CapabilityRow):
    """With the answer that asks for it."""

    asked_for_by = serializers.SerializerMethodField()

    class Meta:
        model = CapabilityRecord
        fields = [*CapabilityRow.Meta.fields, "asked_for_by"]
        read_only_fields = fields

    @extend_schema_field(AskedFor)
    def get_asked_for_by(self, record: CapabilityRecord) -> dict[str, str]:
        meaning = record.meaning
        answers = cast(dict[str, Any], self.context["view"].answers)
        answer = answers.get(meaning.area, {}) if meaning else {}
        return {"level": answer.get("level", ""), "reason": answer.get("reason", "")}


class StateGap(Versioned):
    """Who closes the gap, and by when. A day needs a person."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), allow_null=True)
    due_date = serializers.DateField(allow_null=True)


class MeetCapability(serializers.Serializer[Any]):
    """Words or a link, or both."""

    evidence = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    evidence_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class UnmeetCapability(Versioned):
    pass


class AskAcceptance(serializers.Serializer[Any]):
    until_date = serializers.DateField(help_text="The last day; at most one year ahead.")
    reason = serializers.CharField(max_length=4000)


class Acceptance(serializers.ModelSerializer[GapAcceptance]):
    workflow = WorkflowRef()
    asked_by = PersonRef()
    decided_by = PersonRef(allow_null=True)
    withdrawn_by = PersonRef(allow_null=True)
    is_in_force = serializers.SerializerMethodField()

    class Meta:
        model = GapAcceptance
        fields = [
            "id",
            "workflow",
            "capability",
            "reason",
            "until_date",
            "status",
            "is_in_force",
            "follows",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "decision_reason",
            "withdrawn_by",
            "withdrawn_at",
            "withdrawal_reason",
        ]
        read_only_fields = fields

    def get_is_in_force(self, acceptance: GapAcceptance) -> bool:
        return acceptance.is_in_force(self.context["view"].today)


class DecideAcceptance(serializers.Serializer[Any]):
    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=2000)


class WithdrawAcceptance(Reasoned):
    pass
