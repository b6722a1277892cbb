"""What a search found, as the API shows it."""

from typing import Any

from rest_framework import serializers


class Hit(serializers.Serializer[Any]):
    reference = serializers.CharField()
    title = serializers.CharField()
    hint = serializers.CharField()
    url = serializers.CharField()


class FoundKind(serializers.Serializer[Any]):
    """`count` is a number, or `99+`."""

    kind = serializers.CharField()
    count = serializers.CharField()
    hits = Hit(many=True)


class SearchFound(serializers.Serializer[Any]):
    results = FoundKind(many=True)
