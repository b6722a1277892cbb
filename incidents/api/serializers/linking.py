"""How incidents belong together, and splitting one in two."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST, IncidentRef
from incidents.models import Incident, IncidentLink, TimelineEntry
from registry.api.serializers.refs import PersonRef
from registry.models import Workflow


class Linked(serializers.ModelSerializer[IncidentLink]):
    """Reads from `incident` to `other`: the one is a duplicate of the other, was caused by it, came out of it."""

    incident = IncidentRef(source="source")
    other = IncidentRef(source="target")
    linked_by = PersonRef()

    class Meta:
        model = IncidentLink
        fields = ["id", "incident", "kind", "other", "note", "linked_by", "linked_at"]
        read_only_fields = fields


class AddLink(serializers.Serializer[Any]):
    """The addressed incident is the source."""

    to = serializers.PrimaryKeyRelatedField(queryset=Incident.objects.none())
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in IncidentLink.BY_HAND])
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["to"].queryset = Incident.objects.visible_to(request.user)  # type: ignore[attr-defined]
        return fields


class SplitIncident(serializers.Serializer[Any]):
    """`workflows` go over, copies of `entries` too. Everything else stays."""

    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=LONGEST)
    workflows = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), many=True)
    entries = serializers.PrimaryKeyRelatedField(queryset=TimelineEntry.objects.none(), many=True, required=False)
    reason = serializers.CharField(max_length=500)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            seen = Incident.objects.visible_to(request.user)
            rows = TimelineEntry.objects.filter(incident__in=seen)
            fields["entries"].child_relation.queryset = rows  # type: ignore[attr-defined]
        return fields
