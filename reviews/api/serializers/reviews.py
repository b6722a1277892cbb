"""Reviews as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST, IncidentRef
from registry.api.serializers.refs import PersonRef
from reviews.models import Review
from reviews.services.reviews import ANSWERS, lacking


class ReviewRow(serializers.ModelSerializer[Review]):
    incident = IncidentRef()
    author = PersonRef()
    submitted_by = PersonRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = Review
        fields = [
            "id",
            "incident",
            "status",
            "due_date",
            "author",
            "started_at",
            "submitted_by",
            "submitted_at",
            "decided_by",
            "decided_at",
            "version",
        ]
        read_only_fields = fields


class ReviewDetail(ReviewRow):
    lacking = serializers.SerializerMethodField(help_text="What it still lacks before it may be submitted.")

    class Meta:
        model = Review
        fields = [*ReviewRow.Meta.fields, "decision_note", *ANSWERS, "lacking"]
        read_only_fields = fields

    def get_lacking(self, review: Review) -> list[str]:
        return lacking(review)


class WriteReview(serializers.ModelSerializer[Review]):
    """Only the answers that are to change, and the version that was read."""

    what_happened = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    causes = serializers.ListField(
        child=serializers.ChoiceField(choices=Review.Cause.choices),
        max_length=len(Review.Cause.choices),
        required=False,
    )
    root_cause = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    detection = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    first_signal = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    containment = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    blast_radius = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    controls = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    went_well = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    class Meta:
        model = Review
        fields = [*ANSWERS, "version"]

    def validate_causes(self, causes: list[str]) -> list[str]:
        return list(dict.fromkeys(causes))


class DecideReview(serializers.Serializer[Any]):
    """To return it needs a note that says what should change."""

    approve = serializers.BooleanField()
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
