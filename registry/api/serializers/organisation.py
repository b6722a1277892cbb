"""Units, vendors, people and what they are told."""

from rest_framework import serializers

from registry.api.serializers.refs import Reasoned
from registry.models import BusinessUnit, Notice, Role, User, Vendor


class Unit(serializers.ModelSerializer[BusinessUnit]):
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = BusinessUnit
        fields = ["id", "name", "parent"]
        read_only_fields = fields


class VendorDetail(serializers.ModelSerializer[Vendor]):
    class Meta:
        model = Vendor
        fields = ["id", "name", "website"]
        read_only_fields = fields


class Person(serializers.ModelSerializer[User]):
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))

    class Meta:
        model = User
        fields = ["id", "name", "title", "roles", "is_active"]
        read_only_fields = fields


class LimitAccess(Reasoned):
    until = serializers.DateTimeField(allow_null=True, help_text="From this moment on the account opens nothing.")


class PersonAccess(Person):
    class Meta:
        model = User
        fields = ["id", "name", "title", "roles", "is_active", "access_until"]
        read_only_fields = fields


class Me(Person):
    class Meta:
        model = User
        fields = ["id", "name", "email", "title", "roles"]
        read_only_fields = fields


class NoticeDetail(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = ["id", "kind", "subject", "body", "url", "object_type", "object_id", "created_at", "read_at"]
        read_only_fields = fields
