"""Baselines, drift and deployments as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned
from registry.api.serializers.surfaces import SurfaceDetail, Version
from registry.drift import Change, Difference
from registry.models import Baseline, Surface
from registry.reports.baselines import Drift


class Side(serializers.Serializer[Any]):
    version = serializers.CharField()
    digest = serializers.CharField()


class SurfaceDifference(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    change = serializers.ChoiceField(choices=Change.choices())
    old = Side(allow_null=True)
    new = Side(allow_null=True)


class DriftState(serializers.Serializer[Any]):
    """`baseline` and `number` are empty without an approved baseline."""

    baseline = serializers.IntegerField(allow_null=True, help_text="Id of the approved baseline.")
    baseline_number = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(allow_null=True, help_text="How many surfaces differ.")
    differences = SurfaceDifference(many=True)


def drift_state(found: Drift | None) -> dict[str, Any]:
    if found is None:
        return {"baseline": None, "baseline_number": None, "number": None, "differences": []}
    return {
        "baseline": found.baseline.pk,
        "baseline_number": found.baseline.number,
        "number": found.number,
        "differences": [_difference(row) for row in found.differences],
    }


def _difference(row: Difference) -> dict[str, Any]:
    return {"kind": row.kind, "name": row.name, "change": row.change, "old": row.old, "new": row.new}


class CurrentDrift(DriftState):
    seen = serializers.CharField(help_text="Fingerprint of the surfaces now; send it when proposing a baseline.")


class BaselineSurface(Side):
    kind = serializers.CharField()
    name = serializers.CharField()


class BaselineContent(serializers.Serializer[Any]):
    schema = serializers.CharField()
    workflow = serializers.CharField()
    number = serializers.IntegerField()
    surfaces = BaselineSurface(many=True)
    limits = serializers.CharField()


class BaselineDetail(serializers.ModelSerializer[Baseline]):
    """`sha256` is that of `content` in canonical form (RFC 8785)."""

    workflow = serializers.IntegerField(source="workflow_id")
    content = serializers.SerializerMethodField()
    proposed_by = PersonRef()
    decided_by = PersonRef(allow_null=True)
    withdrawn_by = PersonRef(allow_null=True)

    class Meta:
        model = Baseline
        fields = [
            "id",
            "workflow",
            "number",
            "status",
            "content",
            "sha256",
            "reason",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
            "decision_reason",
            "withdrawn_by",
            "withdrawn_at",
            "withdrawal_reason",
        ]
        read_only_fields = fields

    @extend_schema_field(BaselineContent)
    def get_content(self, baseline: Baseline) -> Any:
        return baseline.content


class ProposeBaseline(Reasoned):
    limits = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    seen = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="`seen` of the drift; other surfaces are a conflict."
    )


class DecideBaseline(Reasoned):
    approve = serializers.BooleanField()


class Deploy(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Surface.Kind.choices)
    name = serializers.CharField(max_length=150)
    label = serializers.CharField(max_length=100)  # type: ignore[assignment]
    digest = serializers.CharField(max_length=150, required=False, allow_blank=True)
    source_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    author = serializers.CharField(max_length=150, required=False, allow_blank=True)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    changed_at = serializers.DateTimeField(required=False, help_text="In use since; now unless given.")


class Deployed(serializers.Serializer[Any]):
    """What is on record. `is_current` is false where another version has been in use since a later moment."""

    surface = SurfaceDetail()
    version = Version()
    is_current = serializers.BooleanField()
    drift = serializers.SerializerMethodField()

    @extend_schema_field(DriftState)
    def get_drift(self, deployment: Any) -> Any:
        return DriftState(drift_state(deployment.drift)).data
