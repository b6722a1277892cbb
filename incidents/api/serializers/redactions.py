"""Redacted copies as the API takes them."""

from typing import Any

from rest_framework import serializers

from incidents.redacting import Passage


class PassageToTakeOut(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)
    reason = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text="Shown beside the mark.")


class RedactPiece(serializers.Serializer[Any]):
    """Either `passages`, to be taken out of the text here, or a `file` from which something was taken out."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=500)
    filename = serializers.CharField(max_length=200, required=False, allow_blank=True)
    passages = PassageToTakeOut(many=True, required=False, max_length=200)  # type: ignore[call-arg]  # of the list
    file = serializers.FileField(required=False)
    taken_out = serializers.CharField(max_length=500, required=False, help_text="With `file`, in general words.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("file")) == bool(attrs.get("passages")):
            raise serializers.ValidationError({"passages": "Send passages or a file, one of the two."})
        if attrs.get("file") and not attrs.get("taken_out"):
            raise serializers.ValidationError({"taken_out": "Say what was taken out of the file."})
        attrs["passages"] = [Passage(each["text"], each.get("reason", "")) for each in attrs.get("passages", ())]
        return attrs


class ApproveCopy(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
