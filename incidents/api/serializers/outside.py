"""Obligations as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.models import Obligation
from registry.api.serializers.refs import PersonRef
from registry.models import User


class Owed(serializers.ModelSerializer[Obligation]):
    owner = PersonRef(allow_null=True)
    settled_by = PersonRef(allow_null=True)

    class Meta:
        model = Obligation
        fields = [
            "id",
            "name",
            "authority",
            "starts_at",
            "due_at",
            "owner",
            "status",
            "settled_by",
            "settled_at",
            "explanation",
        ]
        read_only_fields = fields


class AddOwed(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    authority = serializers.CharField(max_length=150, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(help_text="When the clock of the notice began to run.")
    due_at = serializers.DateTimeField()
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False, allow_null=True)
