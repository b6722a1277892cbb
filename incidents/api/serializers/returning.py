"""Criteria for running as before, as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.models import CriterionCheck
from registry.api.serializers.refs import PersonRef, WorkflowRef


class Check(serializers.ModelSerializer[CriterionCheck]):
    by = PersonRef()

    class Meta:
        model = CriterionCheck
        fields = ["id", "key", "criterion", "is_met", "note", "by", "at"]
        read_only_fields = fields


class Criterion(serializers.Serializer[Any]):
    """A line of a playbook's answer to “back to normal when”, with the last word on it."""

    key = serializers.CharField()
    workflow = WorkflowRef()
    text = serializers.CharField()
    is_met = serializers.BooleanField()
    check = Check(allow_null=True)


class Say(serializers.Serializer[Any]):
    key = serializers.SlugField(max_length=40)
    is_met = serializers.BooleanField()
    note = serializers.CharField(max_length=LONGEST, help_text="What shows it.")
