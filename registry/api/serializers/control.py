"""What limits running workflows, their instances, their keys, and who asked in vain."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.containment import EffectField
from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.models import ControlCandidate, ControlInstance, ControlToken, Restriction, Workflow
from registry.models.restrictions import Source
from registry.modes import Mode


class RestrictionRow(serializers.ModelSerializer[Restriction]):
    """One containment in force, or once in force. An empty `effect` is done by hand and obeyed by no program."""

    workflow = WorkflowRef()
    effect = EffectField()
    origin = serializers.ChoiceField(choices=Source.choices(), source="source")
    applied_by = PersonRef(allow_null=True)
    release_asked_by = PersonRef(allow_null=True)
    released_by = PersonRef(allow_null=True)
    is_in_force = serializers.BooleanField()
    seconds_to_all = serializers.FloatField(
        allow_null=True, help_text="From applied until every running instance had it."
    )

    class Meta:
        model = Restriction
        fields = [
            "id", "workflow", "name", "effect", "origin", "incident_reference", "reason", "applied_by", "operator",
            "applied_at", "revision", "is_in_force", "received_at", "received_by", "seconds_to_all",
            "release_asked_by", "release_asked_at", "release_reason", "released_by", "released_at", "release_note",
            "release_revision",
        ]  # fmt: skip
        read_only_fields = fields


class Instance(serializers.ModelSerializer[ControlInstance]):
    """`obeys` is the revision it is known to have: what it acknowledged, if it ever does, else what it was told."""

    key = serializers.CharField(source="token.name")
    obeys = serializers.IntegerField()

    class Meta:
        model = ControlInstance
        fields = ["name", "key", "revision", "obeys", "first_at", "last_at", "client", "calls", "acknowledged_at"]
        read_only_fields = fields


class ControlNow(serializers.Serializer[Any]):
    """What the workflow is told now, and by which revision."""

    mode = serializers.ChoiceField(choices=Mode.choices(), source="effect.mode")
    effect = EffectField(source="effect.written")
    revision = serializers.IntegerField()
    in_force = RestrictionRow(many=True, source="restrictions")
    running = Instance(many=True)


class Key(serializers.ModelSerializer[ControlToken]):
    workflow = WorkflowRef(allow_null=True)
    created_by = PersonRef(allow_null=True)

    class Meta:
        model = ControlToken
        fields = [
            "id", "workflow", "name", "prefix", "may_acknowledge", "default_declared", "created_by", "created_at",
            "expires_at", "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewKey(Key):
    """`secret` is in this answer only."""

    secret = serializers.CharField()

    class Meta(Key.Meta):
        fields = [*Key.Meta.fields, "secret"]
        read_only_fields = fields


class IssueKey(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    may_acknowledge = serializers.BooleanField(required=False, default=True)
    default_declared = serializers.ChoiceField(
        choices=Mode.choices(),
        required=False,
        allow_blank=True,
        help_text="The mode the program falls back to when nobody answers.",
    )


class RotateKey(serializers.Serializer[Any]):
    overlap = serializers.DurationField(help_text="How long the old one still works: seconds, or [days ]hh:mm:ss.")


class DeclareDefault(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=Mode.choices())


class BindKey(serializers.Serializer[Any]):
    workflow = serializers.PrimaryKeyRelatedField(queryset=Workflow.objects.all())


class Why(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class Caller(serializers.ModelSerializer[ControlCandidate]):
    """A key that somebody with a valid token asked for in vain."""

    control_key = Key(source="token")
    dismissed_by = PersonRef(allow_null=True)

    class Meta:
        model = ControlCandidate
        fields = [
            "id", "key", "control_key", "first_at", "last_at", "calls", "dismissed_by", "dismissed_at",
            "dismissal_reason",
        ]  # fmt: skip
        read_only_fields = fields
