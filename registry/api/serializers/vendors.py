"""Vendors and their answers as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
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
    answer = serializers.SerializerMethodField()
    evidence_url = serializers.SerializerMethodField()
    evidence_filename = serializers.SerializerMethodField()
    given_by = serializers.SerializerMethodField()
    valid_until_date = serializers.SerializerMethodField()
    answered_by = serializers.SerializerMethodField()
    answered_at = serializers.SerializerMethodField()
    judgement = serializers.SerializerMethodField()
    judged_by = serializers.SerializerMethodField()
    judged_at = serializers.SerializerMethodField()
    judged_reason = serializers.SerializerMethodField()
    waived_by = serializers.SerializerMethodField()
    waived_reason = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()

    def _text(self, asked: Asked, name: str) -> str:
        return str(getattr(asked.row, name)) if asked.row is not None else ""

    def get_answer(self, asked: Asked) -> str:
        return self._text(asked, "answer")

    def get_evidence_url(self, asked: Asked) -> str:
        return self._text(asked, "evidence_url")

    def get_evidence_filename(self, asked: Asked) -> str:
        return self._text(asked, "evidence_filename")

    def get_given_by(self, asked: Asked) -> str:
        return self._text(asked, "given_by")

    @extend_schema_field(serializers.ChoiceField(choices=Judgement.choices(), allow_blank=True))
    def get_judgement(self, asked: Asked) -> str:
        return self._text(asked, "judgement")

    def get_judged_reason(self, asked: Asked) -> str:
        return self._text(asked, "judged_reason")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_judged_at(self, asked: Asked) -> Any:
        return asked.row.judged_at if asked.row is not None else None

    @extend_schema_field(PersonRef(allow_null=True))
    def get_judged_by(self, asked: Asked) -> Any:
        return _person(asked.row.judged_by if asked.row is not None else None)

    def get_waived_reason(self, asked: Asked) -> str:
        return self._text(asked, "waived_reason")

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_valid_until_date(self, asked: Asked) -> Any:
        return asked.row.valid_until_date if asked.row is not None else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_answered_at(self, asked: Asked) -> Any:
        return asked.row.answered_at if asked.row is not None else None

    @extend_schema_field(PersonRef(allow_null=True))
    def get_answered_by(self, asked: Asked) -> Any:
        return _person(asked.row.answered_by if asked.row is not None else None)

    @extend_schema_field(PersonRef(allow_null=True))
    def get_waived_by(self, asked: Asked) -> Any:
        return _person(asked.row.waived_by if asked.row is not None else None)

    def get_version(self, asked: Asked) -> int:
        return asked.row.version if asked.row is not None else 0


def _person(user: User | None) -> Any:
    return PersonRef(user).data if user is not None else None


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
