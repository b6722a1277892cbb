"""Saved views of a list."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.filters.addresses import LONGEST
from registry.models import SavedView

LONGEST_NAME = SavedView._meta.get_field("name").max_length


class SavedViewDetail(serializers.ModelSerializer[SavedView]):
    """`query` is what stands behind the `?` of the list; sent to it, it finds what the view finds."""

    owner = PersonRef()

    class Meta:
        model = SavedView
        fields = ["id", "name", "query", "is_shared", "owner"]
        read_only_fields = fields


class RegisterViewDetail(SavedViewDetail):
    is_watched = serializers.BooleanField(read_only=True, help_text="The caller is told what enters and leaves it.")

    class Meta:
        model = SavedView
        fields = [*SavedViewDetail.Meta.fields, "is_watched"]
        read_only_fields = fields


class SaveView(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    query = serializers.CharField(
        max_length=LONGEST, allow_blank=True, default="", help_text="Filters of the list, as its address has them."
    )
    is_shared = serializers.BooleanField(default=False, help_text="For everyone who reads the list; risk staff only.")


class ChangeView(serializers.Serializer[Any]):
    """What is left out stays."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    query = serializers.CharField(max_length=LONGEST, allow_blank=True, required=False)
    is_shared = serializers.BooleanField(required=False)
