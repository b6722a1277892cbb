"""Records as others name them, and what every change carries."""

from typing import Any

from rest_framework import serializers

from registry.models import BusinessUnit, User, Vendor, Workflow


class PersonRef(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "name"]


class UnitRef(serializers.ModelSerializer[BusinessUnit]):
    class Meta:
        model = BusinessUnit
        fields = ["id", "name"]


class VendorRef(serializers.ModelSerializer[Vendor]):
    class Meta:
        model = Vendor
        fields = ["id", "name"]


class WorkflowRef(serializers.ModelSerializer[Workflow]):
    class Meta:
        model = Workflow
        fields = ["id", "reference", "name"]


class Reasoned(serializers.Serializer[Any]):
    """Why: kept in the history with the caller's name."""

    reason = serializers.CharField(max_length=500)


class Versioned(Reasoned):
    """`version` is the one that was read; when the record has moved on since, nothing is saved."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class Note(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000)
