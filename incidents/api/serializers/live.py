"""Who is in the room, as the API shows it."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef


class Present(serializers.Serializer[Any]):
    person = PersonRef()
    role = serializers.CharField(help_text="In the incident, or that they audit; empty for others who look.")
    since = serializers.DateTimeField()
    is_writing = serializers.BooleanField(help_text="Something in the command bar of a page, within 12 seconds.")
