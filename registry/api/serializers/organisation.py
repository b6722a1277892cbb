"""Units, vendors and people."""

from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from rest_framework import serializers

from registry.api.serializers.refs import Reasoned
from registry.models import BusinessUnit, DigestRhythm, Role, User


class Unit(serializers.ModelSerializer[BusinessUnit]):
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = BusinessUnit
        fields = ["id", "name", "parent"]
        read_only_fields = fields


class Person(serializers.ModelSerializer[User]):
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))

    class Meta:
        model = User
        fields = ["id", "name", "title", "roles", "is_active"]
        read_only_fields = fields


class LimitAccess(Reasoned):
    until = serializers.DateTimeField(allow_null=True, help_text="From this moment on the account opens nothing.")


class PersonAccess(Person):
    class Meta:
        model = User
        fields = ["id", "name", "title", "roles", "is_active", "access_until"]
        read_only_fields = fields


class HoldingRow(serializers.Serializer[Any]):
    """Something that waits for the person, as far as the caller may see it."""

    key = serializers.CharField(help_text="Names it in `successors`.")
    kind = serializers.CharField(source="kind.label")
    title = serializers.CharField()
    object_type = serializers.CharField(source="kind.label_lower")
    object_id = serializers.IntegerField(source="record.pk")


class HandOver(Reasoned):
    """`successor` takes all that `successors` does not name; null there leaves a thing without anybody, with
    `without_reason`.
    """

    successor = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), allow_null=True, required=False, default=None
    )
    successors = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1, allow_null=True),
        required=False,
        default=dict,
        help_text="Key of a holding → number of the person who takes it.",
    )
    without_reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def validate_successors(self, given: dict[str, int | None]) -> dict[str, User | None]:
        people = User.objects.in_bulk([pk for pk in given.values() if pk is not None])
        if unknown := next((key for key, pk in given.items() if pk is not None and pk not in people), None):
            raise serializers.ValidationError(f"{unknown}: there is no such person.")
        return {key: people[pk] if pk is not None else None for key, pk in given.items()}


class HandedOver(serializers.Serializer[Any]):
    """What became of it."""

    person = Person()
    handed_over = serializers.IntegerField()
    without_anybody = serializers.IntegerField()


class SetDigest(serializers.Serializer[Any]):
    digest_rhythm = serializers.ChoiceField(choices=DigestRhythm.choices)
    digest_weekday = serializers.IntegerField(
        min_value=0, max_value=6, required=False, help_text="0 is Monday. Counts for the weekly mail."
    )
    digest_hour = serializers.IntegerField(
        min_value=0, max_value=23, required=False, help_text="On the clock of `time_zone`."
    )
    time_zone = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="Name in the IANA database; empty for that of the installation.",
    )

    def validate_time_zone(self, name: str) -> str:
        if name and name not in available_timezones():
            raise serializers.ValidationError(_("There is no time zone of this name."))
        return name


class Me(Person):
    class Meta:
        model = User
        fields = [
            "id",
            "name",
            "email",
            "title",
            "roles",
            "digest_rhythm",
            "digest_weekday",
            "digest_hour",
            "time_zone",
        ]
        read_only_fields = fields
