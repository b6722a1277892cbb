"""Evidence as programs push it."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.evidence import Piece
from incidents.api.serializers.refs import LONGEST
from incidents.models import Evidence


class PushItem(serializers.Serializer[Any]):
    """A link, a note or the id of a trace. The same `key`, or without one the same content, is kept once."""

    kind = serializers.ChoiceField(choices=Evidence.Kind.choices)
    source = serializers.CharField(max_length=150, help_text="The system it comes from.")  # type: ignore[assignment]
    title = serializers.CharField(max_length=200, required=False)
    method = serializers.CharField(max_length=200, required=False)
    key = serializers.CharField(max_length=200, required=False, help_text="The sender's own name for it.")
    trace_id = serializers.CharField(max_length=32, required=False, help_text="W3C: 32 hexadecimal digits.")
    span_id = serializers.CharField(max_length=16, required=False, help_text="W3C: 16 hexadecimal digits.")
    run_id = serializers.CharField(max_length=200, required=False)
    observed_at = serializers.DateTimeField(required=False)
    collected_at = serializers.DateTimeField(required=False)
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    link = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    retention = serializers.ChoiceField(choices=Evidence.Retention.choices, required=False)
    is_restricted = serializers.BooleanField(required=False)


class PushPiece(PushItem):
    """As multipart/form-data also a file."""

    file = serializers.FileField(required=False, allow_empty_file=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("file") is not None and attrs.pop("link", ""):
            raise serializers.ValidationError({"link": "Send a file or a link, not both."})
        return attrs


class PushMany(serializers.Serializer[Any]):
    items = PushItem(many=True, max_length=100, allow_empty=False)  # type: ignore[call-arg]  # of the list


class PushedPiece(serializers.Serializer[Any]):
    """`is_new` is false for what an earlier call brought."""

    is_new = serializers.BooleanField()
    piece = Piece()


class PushedPieces(serializers.Serializer[Any]):
    """In the order in which they were sent."""

    results = PushedPiece(many=True)
