"""The dashboard as numbers, each with the address of the list of what it counts."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers


class NumberField(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="Of the filter; empty for all.")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    url = serializers.CharField(help_text="The page of the register that lists exactly these workflows.")


class PanelField(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The filter of the register whose values are counted.")
    title = serializers.CharField()
    is_whole = serializers.BooleanField(help_text="Whether the numbers add up to the total.")
    numbers = NumberField(many=True)


class RowField(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A tier, empty for none; or the number of a business unit, or `none`.")
    label = serializers.CharField()  # type: ignore[assignment]
    numbers = NumberField(many=True)


class EndingField(serializers.Serializer[Any]):
    """A capability that counts as met or accepted, and will not within thirty days."""

    gap = serializers.IntegerField(source="pk")
    workflow = serializers.IntegerField(source="workflow_id")
    capability = serializers.CharField()
    ends = serializers.DateField(help_text="The last day of its acceptance or proof.")


@extend_schema_serializer(many=False)
class DashboardField(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="Workflows that pass the filters.")
    inventory = RowField(many=True, help_text="A row for each tier, with a number for each stage in use and for all.")
    panels = PanelField(many=True)
    units = RowField(many=True, help_text="The ten business units with the most critical workflows.")
    ending = EndingField(many=True, help_text="The first eight to end.")
