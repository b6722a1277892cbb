"""Tags as the API shows and renames them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import Reasoned
from registry.services.tags import LONGEST


class Tag(serializers.Serializer[Any]):
    """`alike` counts other tags that differ in letter case, blanks or hyphens only."""

    name = serializers.CharField()
    workflows = serializers.IntegerField()
    alike = serializers.IntegerField()


class Tags(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    results = Tag(many=True)


class RenameTag(Reasoned):
    """`to` may be a tag in use: then the two become one."""

    tag = serializers.CharField(max_length=LONGEST)
    to = serializers.CharField(max_length=LONGEST)


class TagRenamed(serializers.Serializer[Any]):
    tag = serializers.CharField()
    changed = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Workflows that still carry the old name; send the same for the next.")
    change_set = serializers.IntegerField()
