"""Incidents as the API shows and takes them."""

from typing import Any, cast

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.api.serializers.severity import SeverityInputs
from incidents.models import Incident, PhaseTrack
from incidents.services.times import times_of
from incidents.severity import Category
from incidents.times import durations
from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.models import Stage, Workflow

ROW = [
    "id",
    "reference",
    "title",
    "category",
    "kind",
    "state",
    "severity",
    "visibility",
    "is_exercise",
    "workflows",
    "declared_by",
    "declared_at",
    "next_update_due_at",
    "version",
]
BELOW = [(mark.value, mark.label) for mark in Category if mark is not Category.INCIDENT]


class IncidentRow(serializers.ModelSerializer[Incident]):
    workflows = WorkflowRef(many=True)
    declared_by = PersonRef()

    class Meta:
        model = Incident
        fields = ROW
        read_only_fields = fields


class Phase(serializers.ModelSerializer[PhaseTrack]):
    class Meta:
        model = PhaseTrack
        fields = ["phase", "status", "reason", "changed_at"]


class IncidentDetail(IncidentRow):
    facts = serializers.DictField(child=serializers.CharField(), help_text="What is known, label to text.")
    merged_into = serializers.SerializerMethodField()
    recovery_asked_by = PersonRef(allow_null=True)
    baseline_confirmed_by = PersonRef(allow_null=True)
    phases = Phase(many=True)
    times = serializers.SerializerMethodField(help_text="Kind of moment to when it was; the newest word on each.")
    durations = serializers.SerializerMethodField(help_text="Seconds to detect, contain and recover; null if unknown.")

    class Meta:
        model = Incident
        fields = [
            *ROW,
            "summary",
            "harm_seen",
            "facts",
            "facts_confirmed_at",
            "merged_into",
            "watch_until_at",
            "recovery_asked_by",
            "recovery_asked_at",
            "recovery_note",
            "baseline_confirmed_by",
            "baseline_confirmed_at",
            "baseline_note",
            "phases",
            "times",
            "durations",
        ]
        read_only_fields = fields

    def get_merged_into(self, incident: Incident) -> int | None:
        """Only when the caller may see it."""
        if incident.merged_into_id is None:
            return None
        seen = Incident.objects.visible_to(self.context["request"].user)
        return incident.merged_into_id if seen.filter(pk=incident.merged_into_id).exists() else None

    def get_times(self, incident: Incident) -> dict[str, str]:
        return {str(kind): at.isoformat() for kind, at in self._times(incident).items()}

    def get_durations(self, incident: Incident) -> dict[str, int | None]:
        found = durations(self._times(incident))
        pairs = (("detect", found.detect), ("contain", found.contain), ("recover", found.recover))
        return {name: None if lasted is None else int(lasted.total_seconds()) for name, lasted in pairs}

    def _times(self, incident: Incident) -> Any:
        known = cast(dict[str, Any], self.context)
        if "times" not in known:
            known["times"] = times_of(incident)
        return known["times"]


class Seen(serializers.Serializer[Any]):
    """What was seen, and where. A retired workflow runs no more and cannot be named."""

    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=LONGEST)
    workflow = serializers.PrimaryKeyRelatedField(
        queryset=Workflow.objects.exclude(stage=Stage.RETIRED), allow_null=True, required=False, default=None
    )


class Declare(Seen):
    """Without `inputs` nobody is sure yet, which makes it SEV-2 until somebody judges."""

    harm_seen = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Incident.Kind.choices, required=False)
    is_exercise = serializers.BooleanField(required=False)
    is_restricted = serializers.BooleanField(required=False)
    detected_at = serializers.DateTimeField(required=False, allow_null=True)
    inputs = SeverityInputs(required=False, allow_null=True)


class ReportNearMiss(Seen):
    category = serializers.ChoiceField(choices=BELOW, required=False)


class ConfirmFacts(serializers.Serializer[Any]):
    """The whole list. `version` is the incident's that was read."""

    facts = serializers.DictField(child=serializers.CharField(max_length=1000, allow_blank=True))
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
