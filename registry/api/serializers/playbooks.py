"""The playbook of a workflow as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, Versioned
from registry.models import User
from registry.playbook_questions import FIELDS, LONGEST_ANSWER, Question


class FactLine(serializers.Serializer[Any]):
    text = serializers.CharField()
    detail = serializers.CharField()
    tone = serializers.CharField(help_text="`warn` or `bad` where something is missing or old, else empty.")
    severity = serializers.CharField()


class FactList(serializers.Serializer[Any]):
    title = serializers.CharField()
    severity = serializers.CharField()
    lines = FactLine(many=True)
    none = serializers.CharField(help_text="What it means that there is no line.")


class PlaybookAnswer(serializers.Serializer[Any]):
    field = serializers.CharField()
    title = serializers.CharField(source="label")
    text = serializers.CharField()


class PlaybookPart(serializers.Serializer[Any]):
    """One question: what was written, and what the registry knows beside it at that moment."""

    question = serializers.ChoiceField(choices=Question.choices())
    number = serializers.IntegerField(source="question.number")
    title = serializers.CharField(source="question.label")
    asks = serializers.CharField(source="question.asks")
    answers = PlaybookAnswer(many=True)
    facts = FactList(many=True)


class PlaybookDetail(serializers.Serializer[Any]):
    """`version` is nothing while nobody has written it; the facts are there all the same."""

    workflow = serializers.IntegerField()
    version = serializers.IntegerField(allow_null=True)
    owner = PersonRef(allow_null=True)
    written_at = serializers.DateTimeField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = PersonRef(allow_null=True)
    is_review_due = serializers.BooleanField()
    questions = PlaybookPart(many=True)


class _Answers(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        answers = {
            name: serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_ANSWER) for name in FIELDS
        }
        return {**answers, **super().get_fields()}


class BeginPlaybook(_Answers, Reasoned):
    """`owner` left out: the business owner of the workflow, else the caller."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False)


class WritePlaybook(_Answers, Versioned):
    """Only what is to change."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False)


class ReviewPlaybook(Reasoned):
    pass
