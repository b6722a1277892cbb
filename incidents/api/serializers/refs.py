"""Incidents as others name them, and texts that many steps ask for."""

from typing import Any

from rest_framework import serializers

from incidents.models import Incident

LONGEST = 20_000


class IncidentRef(serializers.ModelSerializer[Incident]):
    class Meta:
        model = Incident
        fields = ["id", "reference", "title"]


class Proof(serializers.Serializer[Any]):
    """How the effect is known."""

    proof = serializers.CharField(max_length=LONGEST)


class Explanation(serializers.Serializer[Any]):
    explanation = serializers.CharField(max_length=LONGEST)
