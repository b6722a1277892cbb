"""What sends signals, as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from intake.formats.generic import FIELDS
from intake.kinds import MACHINES
from intake.models import SignalSource, SourceToken
from intake.services.addresses import address_of
from registry.api.serializers.refs import PersonRef, Versioned, WorkflowRef
from registry.models import Signal, User, Workflow

ANY_WORKFLOW = Workflow.objects.all()


class BindingRule(serializers.Serializer[Any]):
    """Signals whose label has this value belong to the workflow; a * at the end stands for any rest."""

    label = serializers.CharField(max_length=200)  # type: ignore[assignment]
    value = serializers.CharField(max_length=200)
    workflow = serializers.PrimaryKeyRelatedField(queryset=ANY_WORKFLOW, pk_field=serializers.IntegerField())


class SourceRow(serializers.ModelSerializer[SignalSource]):
    address = serializers.SerializerMethodField(help_text="Where it sends to.")
    owner = PersonRef()
    binding_rules = serializers.SerializerMethodField()
    default_workflow = WorkflowRef(allow_null=True)
    mapping = serializers.DictField(child=serializers.JSONField())
    promote_levels = serializers.ListField(child=serializers.CharField())
    promote_labels = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = SignalSource
        fields = [
            "id", "name", "kind", "address", "owner", "is_enabled", "has_signature", "binding_rules",
            "default_workflow", "mapping", "promotes", "promote_levels", "promote_labels", "rule_problem",
            "prepared_signal", "created_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_address(self, source: SignalSource) -> str:
        return address_of(source)

    def get_binding_rules(self, source: SignalSource) -> list[dict[str, str]]:
        """`label`, `value` and the number of the `workflow`."""
        return list(source.binding_rules)


class NewSource(SourceRow):
    """`token` is in this answer only, and empty where the sender proves itself by its signature."""

    token = serializers.CharField()

    class Meta(SourceRow.Meta):
        fields = [*SourceRow.Meta.fields, "token"]
        read_only_fields = fields


class AddSource(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in MACHINES])
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.active(), required=False)
    signature_secret = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="What the sender signs with. Never shown again."
    )


class EditSource(Versioned):
    """What is not named stays as it is."""

    name = serializers.CharField(max_length=100, required=False)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.active(), required=False)
    is_enabled = serializers.BooleanField(required=False)
    binding_rules = BindingRule(many=True, required=False)
    default_workflow = serializers.PrimaryKeyRelatedField(queryset=ANY_WORKFLOW, allow_null=True, required=False)
    mapping = serializers.DictField(
        child=serializers.JSONField(), required=False,
        help_text=f"Where each part stands, with dots or as a JSON pointer: {', '.join(FIELDS)}; and `over`, a list.",
    )  # fmt: skip
    promotes = serializers.BooleanField(required=False)
    promote_levels = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=20)
    promote_labels = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    prepared_signal = serializers.PrimaryKeyRelatedField(queryset=Signal.objects.all(), allow_null=True, required=False)


class SetSecret(serializers.Serializer[Any]):
    signature_secret = serializers.CharField(max_length=500, allow_blank=True)


class Rotate(serializers.Serializer[Any]):
    overlap = serializers.DurationField(help_text="How long the old ones still work: seconds, or [days ]hh:mm:ss.")


class Token(serializers.ModelSerializer[SourceToken]):
    created_by = PersonRef()

    class Meta:
        model = SourceToken
        fields = ["id", "source", "prefix", "created_by", "created_at", "expires_at", "revoked_at"]
        read_only_fields = fields


class NewToken(Token):
    """`secret` is in this answer only."""

    secret = serializers.CharField()

    class Meta(Token.Meta):
        fields = [*Token.Meta.fields, "secret"]
        read_only_fields = fields


class TryMapping(serializers.Serializer[Any]):
    sample = serializers.CharField(max_length=200_000, help_text="A message as it is sent. It is not kept.")
    mapping = serializers.DictField(child=serializers.JSONField(), required=False, default=dict)


class TriedSignal(serializers.Serializer[Any]):
    key = serializers.CharField(source="event.key")
    title = serializers.CharField(source="event.title")
    text = serializers.CharField(source="event.text")
    level = serializers.CharField(source="event.level")
    status = serializers.CharField(source="event.status")
    labels = serializers.DictField(source="event.labels", child=serializers.CharField())
    link = serializers.CharField(source="event.link")
    happened_at = serializers.DateTimeField(source="event.at", allow_null=True)
    workflow = WorkflowRef(allow_null=True)


class TriedMapping(serializers.Serializer[Any]):
    problem = serializers.CharField(help_text="Why no signal comes of it; empty when one does.")
    count = serializers.IntegerField()
    signals = TriedSignal(source="rows", many=True)
