"""Containment templates as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.containment import EffectField
from registry.api.serializers.refs import Reasoned
from registry.models import ContainmentOption, Role


class TemplateOptionRow(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=ContainmentOption.Kind.choices)
    name = serializers.CharField()
    instructions = serializers.CharField()
    executors = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    expected_minutes = serializers.IntegerField()
    load_carrier = serializers.CharField()
    effect = EffectField()


class TemplateRow(serializers.Serializer[Any]):
    """Ready-made options for one kind of workflow, mildest first."""

    key = serializers.CharField()
    name = serializers.CharField()
    fits = serializers.CharField(help_text="Which workflows it is meant for.")
    options = TemplateOptionRow(many=True)


class ChosenOption(serializers.Serializer[Any]):
    """`option` is its key in the template; what is left out is as the template says."""

    option = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=150, required=False)
    instructions = serializers.CharField(max_length=20_000, required=False)
    executors = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), max_length=len(Role.choices), required=False
    )
    expected_minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 30, required=False)
    load_carrier = serializers.CharField(max_length=250, required=False, allow_blank=True)
    effect = EffectField(required=False)


class AddFromTemplate(Reasoned):
    """Without `options`: all of the template."""

    template = serializers.CharField(max_length=40)
    options = ChosenOption(many=True, required=False, max_length=20)  # type: ignore[call-arg]


class AddedOptions(serializers.Serializer[Any]):
    """The numbers of the options made, in the order of the template."""

    options = serializers.ListField(child=serializers.IntegerField())
