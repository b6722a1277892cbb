"""The readiness of a workflow as the API shows it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.readiness import Evidence, Finding, Judgement, Part, Readiness, Result
from registry.reports.readiness import in_order

READINESS = Readiness.choices()


class EvidenceRef(serializers.Serializer[Evidence]):
    """One record that a result rests on, or that is missing; where there is none, only its name."""

    kind = serializers.CharField(help_text="Such as signal, option, surface, capability, incident, action.")
    key = serializers.SerializerMethodField(help_text="Id of the record; of a capability its key.")
    name = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True, help_text="When it was proven, met, approved or held.")
    how = serializers.CharField()
    is_stale = serializers.BooleanField()

    def get_key(self, row: Evidence) -> str:
        return str(row.key)


class CheckFinding(serializers.Serializer[Finding]):
    """`fails`: demanded at this tier and stage, and neither met nor accepted."""

    key = serializers.CharField(source="check.key")
    name = serializers.CharField(source="check.name")
    asks = serializers.CharField(source="check.asks")
    result = serializers.ChoiceField(choices=Result.choices(), source="outcome.result")
    is_demanded = serializers.BooleanField()
    fails = serializers.BooleanField()
    says = serializers.CharField(source="outcome.say")
    lacking = EvidenceRef(many=True, source="outcome.lacking", help_text="What is missing or fails.")
    evidence = EvidenceRef(many=True, source="outcome.evidence")
    references = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_references(self, finding: Finding) -> list[str]:
        return [str(reference) for reference in finding.references]


class ReadinessPart(serializers.Serializer[Any]):
    part = serializers.ChoiceField(choices=Part.choices())
    state = serializers.ChoiceField(choices=READINESS)
    checks = CheckFinding(many=True)


class ReadinessDetail(serializers.Serializer[Any]):
    """What is demanded follows from tier and stage; `until`: nothing changes by age alone before."""

    state = serializers.ChoiceField(choices=READINESS)
    failing = serializers.IntegerField()
    until = serializers.DateTimeField(allow_null=True)
    parts = ReadinessPart(many=True)


def told(judged: Judgement) -> dict[str, Any]:
    return {
        "state": judged.whole,
        "failing": len(judged.failing),
        "until": judged.until,
        "parts": [{"part": part, "state": judged.part(part), "checks": in_order(judged.of(part))} for part in Part],
    }
