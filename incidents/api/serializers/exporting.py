"""How well an incident fits a public framework, field by field."""

from typing import Any

from rest_framework import serializers

from incidents.standards.fields import Fit


class MappedField(serializers.Serializer[Any]):
    """`filled_from` says where the value comes from, `hint` why it is only partial or how to fill it."""

    key = serializers.CharField()
    name = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    mapping = serializers.ChoiceField(choices=Fit.choices(), source="fit")
    filled_from = serializers.CharField(source="source")
    hint = serializers.CharField()
    is_mandatory = serializers.BooleanField()


class MappedStandard(serializers.Serializer[Any]):
    standard = serializers.CharField(source="key")
    name = serializers.CharField()
    filled_directly = serializers.IntegerField(source="tally.direct")
    filled_partly = serializers.IntegerField(source="tally.partial")
    missing = serializers.IntegerField(source="tally.missing")
    missing_mandatory = serializers.IntegerField(source="tally.missing_mandatory")
    may_be_taken = serializers.BooleanField(source="verdict.allowed")
    fields_of_it = MappedField(many=True, source="fields")
