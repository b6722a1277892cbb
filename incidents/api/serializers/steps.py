"""Steps of an incident as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.api.serializers.severity import SeverityInputs
from incidents.models import Incident, Passage, RoomAccess
from registry.api.serializers.refs import PersonRef
from registry.models import User


class StepTaken(serializers.ModelSerializer[Passage]):
    by = PersonRef()
    overridden = serializers.ListField(child=serializers.CharField(), help_text="Conditions that were not met.")

    class Meta:
        model = Passage
        fields = ["id", "verb", "source", "target", "by", "at", "reason", "overridden"]
        read_only_fields = fields


class Unmet(serializers.Serializer[Any]):
    key = serializers.CharField()
    sentence = serializers.CharField()
    overridable = serializers.BooleanField()


class PossibleStep(serializers.Serializer[Any]):
    """A way on from here: whether the caller may take it, and what is still missing."""

    verb = serializers.CharField(source="transition.verb")
    target = serializers.CharField(source="transition.target")
    label = serializers.CharField(source="transition.label")  # type: ignore[assignment]
    is_allowed = serializers.BooleanField(source="verdict.allowed")
    reason = serializers.CharField(source="verdict.reason", help_text="Why it is not allowed.")
    unmet = Unmet(many=True)


class TakeStep(serializers.Serializer[Any]):
    """`override` takes the step over conditions that are not met, for those who may, with a reason."""

    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    override = serializers.BooleanField(required=False)


class Promote(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST)
    inputs = SeverityInputs(required=False, allow_null=True)


class Merge(serializers.Serializer[Any]):
    into = serializers.PrimaryKeyRelatedField(queryset=Incident.objects.none())
    reason = serializers.CharField(max_length=LONGEST)

    def get_fields(self) -> dict[str, Any]:
        """Only incidents that the caller may see can be named."""
        fields = super().get_fields()
        if (request := self.context.get("request")) is not None and request.user.is_authenticated:
            fields["into"].queryset = Incident.objects.visible_to(request.user)  # type: ignore[attr-defined]
        return fields


class LetIn(serializers.Serializer[Any]):
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    reason = serializers.CharField(max_length=300)


class Access(serializers.ModelSerializer[RoomAccess]):
    user = PersonRef()
    granted_by = PersonRef()

    class Meta:
        model = RoomAccess
        fields = ["id", "user", "granted_by", "granted_at", "reason"]
        read_only_fields = fields
