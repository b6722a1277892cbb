"""Vendors and their answers as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, Versioned
from registry.models import User, Vendor
from registry.reports.vendors import Asked
from registry.vendor_proofs import Judgement, ProofState
from registry.vendor_questions import Aim, Side

LATEST = 2**31 - 1


class VendorRow(serializers.ModelSerializer[Vendor]):
    """With how many workflows depend on it, of which tier at most, and how its questions stand."""

    owner = PersonRef(allow_null=True)
    workflows = serializers.IntegerField(source="used")
    highest_tier = serializers.CharField(source="worst", allow_null=True)
    open_questions = serializers.IntegerField(source="still_open")
    answers_to_judge = serializers.IntegerField(source="to_judge")
    expired_answers = serializers.IntegerField(source="expired")
    next_answer_ends = serializers.DateField(source="next_end", allow_null=True)

    class Meta:
        model = Vendor
        fields = [
            "id",
            "name",
            "website",
            "supplies",
            "owner",
            "answers_due_date",
            "workflows",
            "highest_tier",
            "open_questions",
            "answers_to_judge",
            "expired_answers",
            "next_answer_ends",
            "version",
        ]
        read_only_fields = fields


class _Record(serializers.ModelSerializer[Vendor]):
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Vendor
        fields = ["name", "website", "supplies", "owner", "answers_due_date"]


class AddVendor(_Record, Reasoned):
    class Meta:
        model = Vendor
        fields = [*_Record.Meta.fields, "reason"]
        extra_kwargs: dict[str, dict[str, Any]] = {"name": {"validators": []}}


class EditVendor(_Record, Versioned):
    """Only the fields that are to change."""

    class Meta:
        model = Vendor
        fields = [*_Record.Meta.fields, "reason", "version"]
        extra_kwargs: dict[str, dict[str, Any]] = {"name": {"required": False, "validators": []}}


class VendorQuestion(serializers.Serializer[Asked]):
    """One question and what is said about it. `version` is 0 as long as nothing was."""

    question = serializers.CharField(source="question.key")
    side = serializers.ChoiceField(source="question.side", choices=Side.choices())
    aim = serializers.ChoiceField(source="question.aim", choices=Aim.choices())
    text = serializers.CharField(source="question.text")
    shows = serializers.CharField(source="question.shows")
    state = serializers.ChoiceField(choices=ProofState.choices())
    answer = serializers.CharField(source="told.answer")
    evidence_url = serializers.CharField(source="told.evidence_url")
    evidence_filename = serializers.CharField(source="told.evidence_filename")
    given_by = serializers.CharField(source="told.given_by")
    valid_until_date = serializers.DateField(source="told.valid_until_date", allow_null=True)
    answered_by = PersonRef(source="told.answered_by", allow_null=True)
    answered_at = serializers.DateTimeField(source="told.answered_at", allow_null=True)
    judgement = serializers.ChoiceField(source="told.judgement", choices=Judgement.choices(), allow_blank=True)
    judged_by = PersonRef(source="told.judged_by", allow_null=True)
    judged_at = serializers.DateTimeField(source="told.judged_at", allow_null=True)
    judged_reason = serializers.CharField(source="told.judged_reason")
    waived_by = PersonRef(source="told.waived_by", allow_null=True)
    waived_reason = serializers.CharField(source="told.waived_reason")
    version = serializers.IntegerField(source="told.version")


class AnswerQuestion(serializers.Serializer[Any]):
    """What the vendor said, until when it holds, and a link or (as multipart/form-data) a file that shows it.

    `version` is the one that was read; without it nothing is compared.
    """

    answer = serializers.CharField(max_length=20_000)
    valid_until_date = serializers.DateField()
    given_by = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    evidence_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False)
    version = serializers.IntegerField(min_value=0, max_value=LATEST, required=False)


class SettleQuestion(Reasoned):
    version = serializers.IntegerField(min_value=0, max_value=LATEST, required=False)


class JudgeQuestion(SettleQuestion):
    judgement = serializers.ChoiceField(choices=Judgement.choices())
