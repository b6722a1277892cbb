"""Affected outputs as the API shows them, and what decides many of them takes."""

from typing import Any

from rest_framework import serializers

from incidents.affected import Decision, Moved, Remedy
from incidents.models import AffectedOutput, OutputList, OutputSample
from registry.api.serializers.refs import PersonRef
from registry.models import User

VERDICTS = [each for each in Decision.choices() if each[0] != Decision.UNDECIDED]
MOST = 5000


class Output(serializers.ModelSerializer[AffectedOutput]):
    reviewer = PersonRef(source="share.person", allow_null=True, help_text="Whose share it is, while it is undecided.")
    decided_by = PersonRef(allow_null=True)
    first_by = PersonRef(allow_null=True, help_text="Who found it ambiguous; somebody else settled it.")
    remedied_by = PersonRef(allow_null=True)
    in_sample = serializers.BooleanField()
    attributes = serializers.DictField(child=serializers.JSONField(allow_null=True))

    class Meta:
        model = AffectedOutput
        fields = [
            "id", "ref", "occurred_at", "preview", "link", "segment", "attributes", "listed_in", "in_sample",
            "reviewer", "decision", "moved", "remedy", "decided_by", "decided_at", "reason", "first_by",
            "remedied_by", "remedied_at", "remedy_note",
        ]  # fmt: skip
        read_only_fields = fields


class OutputSummary(serializers.Serializer[Any]):
    """How far the outputs of an incident are. `moved` counts affected ones alone."""

    total = serializers.IntegerField()
    undecided = serializers.IntegerField()
    affected = serializers.IntegerField()
    ambiguous = serializers.IntegerField()
    unaffected = serializers.IntegerField()
    moved = serializers.IntegerField()
    owed = serializers.IntegerField()


class DecideOutput(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=VERDICTS)
    moved = serializers.ChoiceField(choices=Moved.choices(), required=False)
    remedy = serializers.ChoiceField(choices=Remedy.choices(), required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    seen = serializers.ChoiceField(
        choices=Decision.choices(),
        required=False,
        help_text="The decision that was read; another one now is a conflict.",
    )


class Where(serializers.Serializer[Any]):
    """The same questions as the list asks; an empty object is all of them."""

    decision = serializers.MultipleChoiceField(choices=Decision.choices(), required=False, allow_empty=False)
    moved = serializers.MultipleChoiceField(choices=Moved.choices(), required=False, allow_empty=False)
    remedy = serializers.MultipleChoiceField(choices=Remedy.choices(), required=False, allow_empty=False)
    owed = serializers.ChoiceField(choices=["yes", "done"], required=False)
    reviewer = serializers.CharField(max_length=20, required=False, help_text="Number of a person, `me` or `nobody`.")
    segment = serializers.CharField(max_length=100, required=False)
    sample = serializers.ChoiceField(choices=["yes"], required=False)
    q = serializers.CharField(max_length=200, required=False, help_text="How the id begins.")

    def to_internal_value(self, data: Any) -> Any:
        """A filter that is not known would otherwise mean all outputs."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({str(name): ["There is no such filter."] for name in unknown})
        return super().to_internal_value(data)


class Chosen(serializers.Serializer[Any]):
    """Which outputs: named by their ids, or by a filter."""

    refs = serializers.ListField(child=serializers.CharField(max_length=200), max_length=MOST, required=False)
    where = Where(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("refs" in attrs) == ("where" in attrs):
            raise serializers.ValidationError({"refs": ["Name the outputs by `refs` or by `where`, one of the two."]})
        return attrs


class DecideOutputs(Chosen):
    decision = serializers.ChoiceField(choices=VERDICTS)
    moved = serializers.ChoiceField(choices=Moved.choices(), required=False, help_text="Left out, it stays as it is.")
    remedy = serializers.ChoiceField(choices=Remedy.choices(), required=False, help_text="Left out, it stays as it is.")
    reason = serializers.CharField(max_length=500)
    expected = serializers.IntegerField(
        min_value=0, required=False, help_text="How many it is to be; another number is a conflict."
    )
    dry_run = serializers.BooleanField(required=False, help_text="Only say how many it would be.")


class PutRight(Chosen):
    note = serializers.CharField(max_length=500, help_text="What was done, and what shows it.")
    expected = serializers.IntegerField(min_value=0, required=False)


class Divide(Chosen):
    people = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), many=True, allow_empty=False)


class Number(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class OutputShare(serializers.Serializer[Any]):
    person = PersonRef()
    count = serializers.IntegerField()


class Shares(serializers.Serializer[Any]):
    shares = OutputShare(many=True)


class BroughtList(serializers.ModelSerializer[OutputList]):
    by = PersonRef()

    class Meta:
        model = OutputList
        fields = ["id", "name", "sha256", "rows", "repeats", "added", "known", "status", "by", "at"]
        read_only_fields = fields


class BringList(serializers.Serializer[Any]):
    """A file (CSV or JSON lines, received in a stream), or up to 5,000 rows in the body."""

    file = serializers.FileField(required=False)
    rows = serializers.ListField(child=serializers.DictField(), max_length=MOST, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("rows" in attrs):
            raise serializers.ValidationError({"file": ["Send a file or rows, one of the two."]})
        return attrs


class DrawSample(serializers.Serializer[Any]):
    size = serializers.IntegerField(min_value=1, max_value=2_000_000)
    seed = serializers.CharField(max_length=64, required=False)


class DrawnSample(serializers.ModelSerializer[OutputSample]):
    by = PersonRef()

    class Meta:
        model = OutputSample
        fields = ["id", "seed", "size", "population", "by", "at"]
        read_only_fields = fields


class SampleShare(serializers.Serializer[Any]):
    """Between 0 and 1, with the 95 % interval of Wilson (1927)."""

    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class SampleEstimate(serializers.Serializer[Any]):
    """An estimate. `share` is null until every output of the sample is settled."""

    sample = DrawnSample()
    settled = serializers.IntegerField()
    affected = serializers.IntegerField()
    share = SampleShare(allow_null=True)
