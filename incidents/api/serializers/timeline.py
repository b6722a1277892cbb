"""Timeline entries and moments as the API shows and takes them."""

from typing import Any, cast

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.models import Moment, TimelineEntry
from incidents.policies.evidence import closed_to
from incidents.times import TimeKind
from registry.api.serializers.refs import PersonRef

CLOSED = {"filename": "", "size": None, "sha256": ""}
"""What the data of an entry says instead of what evidence is, to a person who may not read it."""
MANUAL = [(kind.value, kind.label) for kind in TimelineEntry.MANUAL_KINDS]


class Line(serializers.ModelSerializer[TimelineEntry]):
    author = PersonRef(allow_null=True)
    pinned_by = PersonRef(allow_null=True)
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)
    superseded_by = serializers.SerializerMethodField()

    class Meta:
        model = TimelineEntry
        fields = [
            "id",
            "kind",
            "text",
            "data",
            "occurred_at",
            "entered_at",
            "author",
            "is_automatic",
            "is_internal_update",
            "supersedes",
            "superseded_by",
            "pinned_at",
            "pinned_by",
        ]
        read_only_fields = fields

    def to_representation(self, instance: TimelineEntry) -> dict[str, Any]:
        """Of evidence that the caller may not read, an entry says what the list of evidence says: that it is there."""
        shown: dict[str, Any] = super().to_representation(instance)
        if instance.data.get("evidence") in self._closed(instance):
            shown["data"] = {name: CLOSED.get(name, value) for name, value in instance.data.items()}
        return shown

    def _closed(self, line: TimelineEntry) -> set[int]:
        """Looked up once for a page, and only where an entry is about evidence."""
        if line.kind != TimelineEntry.Kind.EVIDENCE:
            return set()
        known = cast(dict[str, Any], self.context)
        if "closed" not in known:
            known["closed"] = closed_to(known["request"].user, line.incident_id)
        found: set[int] = known["closed"]
        return found

    def get_superseded_by(self, line: TimelineEntry) -> int | None:
        later = getattr(line, "superseded_by", None)
        return later.pk if later is not None else None


class DecisionData(serializers.Serializer[Any]):
    """Only with a decision."""

    consulted = serializers.CharField(max_length=500, required=False, allow_blank=True)
    rejected = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    revisit_at = serializers.DateTimeField(required=False, allow_null=True)


class PostLine(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)
    kind = serializers.ChoiceField(choices=MANUAL, required=False)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Now unless given.")
    data = DecisionData(required=False, allow_null=True)  # type: ignore[assignment]
    is_internal_update = serializers.BooleanField(
        required=False, help_text="Counts as the periodic update the severity asks for."
    )


class CorrectLine(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)


class MomentDetail(serializers.ModelSerializer[Moment]):
    entered_by = PersonRef()

    class Meta:
        model = Moment
        fields = ["id", "kind", "at", "source", "precision", "confidence", "entered_by", "entered_at"]
        read_only_fields = fields


class SetTime(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=TimeKind.choices())
    at = serializers.DateTimeField(source="value")
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    precision = serializers.ChoiceField(choices=Moment.Precision.choices, required=False)
    confidence = serializers.ChoiceField(choices=Moment.Confidence.choices, required=False)
