"""Messages outside as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.models import Communication, MessageApproval, Reach, SentenceTie
from incidents.owed_messages import Duty, Standing
from incidents.reports.resting import label_of
from incidents.services import tying
from incidents.services.saying import WAITING, missing_of
from registry.api.serializers.refs import PersonRef
from registry.message_templates import Occasion
from registry.responsible import Responsible


class Approval(serializers.ModelSerializer[MessageApproval]):
    """`voided_at`: since when it counts no longer, since the words were changed or sent back."""

    by = PersonRef()

    class Meta:
        model = MessageApproval
        fields = ["id", "role", "outcome", "by", "at", "version", "sha256", "note", "voided_at", "void_reason"]
        read_only_fields = fields


class Tie(serializers.ModelSerializer[SentenceTie]):
    """What a sentence rests on. Of a piece of evidence that the caller may not open no more than its number."""

    by = PersonRef()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    is_outdated = serializers.SerializerMethodField(help_text="The fact or the time says something else by now.")

    class Meta:
        model = SentenceTie
        fields = ["id", "kind", "evidence", "entry", "name", "value", "reason", "label", "is_outdated", "by", "at"]
        read_only_fields = fields

    def get_label(self, tie: SentenceTie) -> str:
        return label_of(tie, closed=self.context["closed"])

    def get_is_outdated(self, tie: SentenceTie) -> bool:
        return tying.is_outdated(tie, tie.incident)


class SentenceShown(serializers.Serializer[Any]):
    """`key` names the sentence by its words; `is_open`: it rests on nothing yet."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    key = serializers.CharField()
    is_open = serializers.BooleanField()
    rests_on = Tie(many=True, source="ties")


class TieSentence(serializers.Serializer[Any]):
    """Of `evidence`, `entry`, `name` (of a fact, or the kind of a time) and `reason` the one that `kind` asks for."""

    sentence = serializers.CharField(max_length=64, help_text="Key of the sentence.")
    kind = serializers.ChoiceField(choices=SentenceTie.Kind.choices)
    evidence = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    entry = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class UntieSentence(serializers.Serializer[Any]):
    tie = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class Message(serializers.ModelSerializer[Communication]):
    drafted_by = PersonRef()
    approved_by = PersonRef(allow_null=True)
    sent_by = PersonRef(allow_null=True)
    approvals = Approval(many=True)
    waits_for = serializers.SerializerMethodField()

    class Meta:
        model = Communication
        fields = [
            "id",
            "audience",
            "subject",
            "text",
            "status",
            "drafted_by",
            "drafted_at",
            "approved_by",
            "approved_at",
            "sent_by",
            "sent_at",
            "channel",
            "decision_reason",
            "template_rules",
            "occasion",
            "approvals",
            "waits_for",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ChoiceField(choices=Responsible.choices()),
            help_text="Whose approval is still missing, by the rules and the severity that count now.",
        )
    )
    def get_waits_for(self, message: Communication) -> list[str]:
        if message.status not in WAITING:
            return []
        return [str(role) for role in missing_of(message, self.context["rules"])]


class FilledTemplate(serializers.Serializer[Any]):
    """`gaps` is what the incident does not know: replace it, or the message cannot be approved."""

    template_rules = serializers.IntegerField(source="rules.pk", help_text="The version of the templates.")
    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    occasion = serializers.ChoiceField(choices=Occasion.choices())
    subject = serializers.CharField()
    text = serializers.CharField()
    gaps = serializers.ListField(child=serializers.CharField())


class DraftMessage(serializers.Serializer[Any]):
    """`template_rules` and `occasion` of the template that the words began from, if they did."""

    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=LONGEST)
    template_rules = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    occasion = serializers.ChoiceField(choices=Occasion.choices(), required=False)


class EditMessage(serializers.Serializer[Any]):
    """Only the fields that are to change, and the version that was read."""

    audience = serializers.ChoiceField(choices=Communication.Audience.choices, required=False)
    subject = serializers.CharField(max_length=200, required=False)
    text = serializers.CharField(max_length=LONGEST, required=False)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ApproveMessage(serializers.Serializer[Any]):
    """The version that was read: other words are not approved unseen. `role`: as whom; without it, as the first that is
    missing and that the caller may.
    """

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    role = serializers.ChoiceField(choices=Responsible.choices(), required=False)
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class SendBack(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = serializers.CharField(max_length=LONGEST)


class ConfirmNothing(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class OwedMessage(serializers.Serializer[Any]):
    """How one audience stands. `due_at` is null until the severity is confirmed; `is_reached` null while not known."""

    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    duty = serializers.ChoiceField(choices=Duty.choices())
    standing = serializers.ChoiceField(choices=Standing.choices())
    is_reached = serializers.BooleanField(allow_null=True)
    arose_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    message = serializers.IntegerField(allow_null=True, help_text="The message or the decision it stands by.")
    waits_for = serializers.ListField(child=serializers.ChoiceField(choices=Responsible.choices()))


class Reached(serializers.ModelSerializer[Reach]):
    by = PersonRef()

    class Meta:
        model = Reach
        fields = ["id", "audience", "is_reached", "note", "by", "at"]
        read_only_fields = fields


class SayReached(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    is_reached = serializers.BooleanField()
    note = serializers.CharField(max_length=LONGEST, help_text="How that is known.")


class MarkSent(serializers.Serializer[Any]):
    channel = serializers.CharField(max_length=100)


class SendNothing(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=Communication.Audience.choices)
    reason = serializers.CharField(max_length=LONGEST)
