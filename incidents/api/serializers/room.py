"""Roles, containment and frozen states as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST
from incidents.models import ContainmentAction, Escalation, GovernedSnapshot, RoleAssignment
from registry.api.serializers.refs import PersonRef, WorkflowRef
from registry.models import ContainmentOption, Restriction, User


class Assignment(serializers.ModelSerializer[RoleAssignment]):
    person = PersonRef()
    assigned_by = PersonRef()

    class Meta:
        model = RoleAssignment
        fields = ["id", "role", "person", "assigned_by", "started_at", "accepted_at", "ended_at", "end_reason"]
        read_only_fields = fields


class Assign(serializers.Serializer[Any]):
    """A role that somebody holds is handed over only with a reason."""

    role = serializers.ChoiceField(choices=RoleAssignment.Role.choices)
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class OptionRef(serializers.ModelSerializer[ContainmentOption]):
    class Meta:
        model = ContainmentOption
        fields = ["id", "kind", "name"]


class InForce(serializers.ModelSerializer[Restriction]):
    """What limits the workflow because of it. `revision` orders all changes; `received_at` is when every running
    instance had it; an empty `effect` is done by hand.
    """

    release_asked_by = PersonRef(allow_null=True)
    is_in_force = serializers.BooleanField()

    class Meta:
        model = Restriction
        fields = [
            "id", "effect", "revision", "received_at", "received_by", "is_in_force",
            "release_asked_by", "release_asked_at", "release_reason", "release_revision",
        ]  # fmt: skip
        read_only_fields = fields


class Containment(serializers.ModelSerializer[ContainmentAction]):
    restriction = InForce(allow_null=True)
    workflow = WorkflowRef()
    option = OptionRef()
    executed_by = PersonRef()
    confirmed_by = PersonRef(allow_null=True)
    reverted_by = PersonRef(allow_null=True)

    class Meta:
        model = ContainmentAction
        fields = [
            "id",
            "workflow",
            "option",
            "status",
            "restriction",
            "reason",
            "executed_by",
            "executed_at",
            "confirmed_by",
            "confirmed_at",
            "proof",
            "reverted_by",
            "reverted_at",
            "revert_reason",
        ]
        read_only_fields = fields


class Execute(serializers.Serializer[Any]):
    option = serializers.PrimaryKeyRelatedField(queryset=ContainmentOption.objects.all())
    reason = serializers.CharField(max_length=LONGEST)


class Revert(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST)


class Note(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST)


class Agree(serializers.Serializer[Any]):
    """`override` goes ahead although criteria of the playbook are not confirmed, for those who may."""

    note = serializers.CharField(max_length=LONGEST)
    override = serializers.BooleanField(required=False)


class Snapshot(serializers.ModelSerializer[GovernedSnapshot]):
    """`sha256` is over the canonical JSON of `content`."""

    workflow = WorkflowRef()

    class Meta:
        model = GovernedSnapshot
        fields = ["id", "workflow", "occasion", "taken_at", "sha256", "content"]
        read_only_fields = fields


class Called(serializers.ModelSerializer[Escalation]):
    """One attempt to reach one person. `channel` is what the path asks for; a message and a mail always go."""

    person = PersonRef()

    class Meta:
        model = Escalation
        fields = ["id", "occasion", "since", "step", "person", "channel", "at"]
        read_only_fields = fields
