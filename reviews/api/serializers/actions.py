"""Action items as the API shows and takes them."""

from typing import Any, cast

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST, IncidentRef
from incidents.models import Incident
from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.models import User, Workflow
from reviews.lifecycle import ActionCategory
from reviews.models import ActionItem, Extension, Review


class ActionRow(serializers.ModelSerializer[ActionItem]):
    """A list leaves out what an item says beyond its title: the description and the proof."""

    incident = serializers.SerializerMethodField()
    workflow = WorkflowRef(allow_null=True)
    review = serializers.IntegerField(source="review_id", allow_null=True)
    assignee = PersonRef()
    claimed_by = PersonRef(allow_null=True)
    verified_by = PersonRef(allow_null=True)
    created_by = PersonRef()
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = ActionItem
        fields = [
            "id",
            "reference",
            "title",
            "category",
            "state",
            "review",
            "incident",
            "workflow",
            "assignee",
            "due_date",
            "first_due_date",
            "is_overdue",
            "claimed_by",
            "claimed_at",
            "verified_by",
            "verified_at",
            "effect_due_date",
            "accepted_until_date",
            "created_by",
            "created_at",
            "version",
        ]
        read_only_fields = fields

    def get_incident(self, item: ActionItem) -> dict[str, Any] | None:
        """Whoever must do an item of a restricted incident sees the item, not the incident."""
        incident = item.incident
        if incident is None or (incident.is_restricted and not self._sees(incident)):
            return None
        return dict(IncidentRef(incident).data)

    def get_is_overdue(self, item: ActionItem) -> bool:
        return item.is_overdue(self.context["view"].today)

    def _sees(self, incident: Incident) -> bool:
        """The restricted ones that the caller sees are looked up once for a page."""
        known = cast(dict[str, Any], self.context)
        if "seen" not in known:
            visible = Incident.objects.visible_to(known["request"].user)
            known["seen"] = set(visible.filter(visibility=Incident.Visibility.RESTRICTED).values_list("pk", flat=True))
        return incident.pk in known["seen"]


class ActionDetail(ActionRow):
    """That one of a restricted incident was read goes on record."""

    class Meta:
        model = ActionItem
        fields = [*ActionRow.Meta.fields, "description", "proof", "proof_url", "proof_filename"]
        read_only_fields = fields


class CreateAction(serializers.Serializer[Any]):
    """From a review it belongs to that incident; from an incident to its primary workflow."""

    title = serializers.CharField(max_length=200)
    category = serializers.ChoiceField(choices=ActionCategory.choices())
    assignee = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    due_date = serializers.DateField()
    description = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    review = serializers.PrimaryKeyRelatedField(queryset=Review.objects.none(), required=False, allow_null=True)
    incident = serializers.PrimaryKeyRelatedField(queryset=Incident.objects.none(), required=False, allow_null=True)
    workflow = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all(), required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Only what the caller may see can be named."""
        fields: dict[str, Any] = super().get_fields()
        if (request := self.context.get("request")) is not None and request.user.is_authenticated:
            seen = Incident.objects.visible_to(request.user)
            fields["incident"].queryset = seen
            fields["review"].queryset = Review.objects.filter(incident__in=seen).select_related("incident")
        return fields


class ClaimDone(serializers.Serializer[Any]):
    """The proof in words, and where there is more a link or a file (as multipart/form-data)."""

    proof = serializers.CharField(max_length=LONGEST)
    proof_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    file = serializers.FileField(required=False)


class VerifyProof(serializers.Serializer[Any]):
    """To send it back needs a reason; to accept it may set a day by which the effect is checked."""

    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
    effect_due_date = serializers.DateField(required=False, allow_null=True)


class CheckEffect(serializers.Serializer[Any]):
    recurred = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST)


class AcceptRisk(serializers.Serializer[Any]):
    until_date = serializers.DateField(help_text="The last day; the day after, the item is open again.")
    reason = serializers.CharField(max_length=LONGEST)


class ReopenAction(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST)
    due_date = serializers.DateField()


class MoreTime(serializers.ModelSerializer[Extension]):
    asked_by = PersonRef()
    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = Extension
        fields = [
            "id",
            "old_due_date",
            "new_due_date",
            "reason",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "is_granted",
            "decision_reason",
        ]
        read_only_fields = fields


class AskMoreTime(serializers.Serializer[Any]):
    new_due_date = serializers.DateField()
    reason = serializers.CharField(max_length=LONGEST)


class DecideMoreTime(serializers.Serializer[Any]):
    grant = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST)
