"""Entries of the site-wide history with their place in the ledger, and the state of the ledger itself."""

import base64
from typing import Any

from rest_framework import serializers

from registry.api.serializers.history import Change
from registry.api.serializers.refs import PersonRef
from registry.models import AuditEntry
from registry.reports.audit_entry import Whole
from registry.reports.audit_lines import Line


class PastApplication(serializers.Serializer[Any]):
    """What the database knows of a change that was made past the application."""

    at = serializers.DateTimeField()
    operation = serializers.CharField(help_text="INSERT, UPDATE or DELETE.")
    login = serializers.CharField(source="role", help_text="Login at the database.")
    program = serializers.CharField(source="application")
    address = serializers.CharField()
    statement = serializers.CharField(source="query")


class AuditLine(serializers.Serializer[Any]):
    """Who, when, why and what changed. `kind` is + created, ~ changed, - deleted, E an event that changed no row."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField(source="entry.at", help_text="When it is said to have happened.")
    server_at = serializers.DateTimeField(allow_null=True, help_text="When the database wrote it, by its own clock.")
    kind = serializers.ChoiceField(choices=AuditEntry.Kind.choices, source="entry.kind")
    event = serializers.CharField(source="entry.event")
    object_type = serializers.CharField(source="entry.object_type")
    object_id = serializers.CharField(source="entry.object_id")
    title = serializers.CharField(source="entry.title")
    actor = PersonRef(allow_null=True, source="entry.actor")
    roles = serializers.ListField(
        child=serializers.CharField(), source="row.roles", help_text="Roles the person held then."
    )
    origin = serializers.CharField(source="entry.origin", help_text="DATABASE: past the application.")
    unit_id = serializers.CharField(source="entry.unit_id", help_text="The request, task or command it belongs to.")
    reason = serializers.CharField(source="entry.reason")
    changes = Change(many=True, source="entry.changes")
    past_application = PastApplication(source="gap", allow_null=True)
    detail = serializers.DictField(source="row.detail", help_text="What is known of an event beside who and when.")
    place = serializers.IntegerField(allow_null=True, help_text="Its place in the ledger; null while it waits.")
    leaf_hash = serializers.SerializerMethodField(help_text="Hex.")

    def get_leaf_hash(self, line: Line) -> str:
        return bytes(line.row.leaf_hash).hex()


class Opening(serializers.Serializer[Any]):
    name = serializers.CharField(source="field", help_text="The field.")
    commitment = serializers.CharField(help_text="SHA-256 of salt and value, hex.")
    is_erased = serializers.BooleanField()


class AuditWhole(serializers.Serializer[Any]):
    """One entry with what was sealed and what proves it."""

    line = AuditLine()
    payload = serializers.SerializerMethodField(
        help_text="The exact bytes that were sealed, in base 64; null where they were lawfully erased."
    )
    erased_by = serializers.SerializerMethodField(help_text="The entry of the erasure, if anything was erased.")
    openings = Opening(many=True)
    proof = serializers.SerializerMethodField(
        help_text="As c2sp.org/tlog-proof@v1, with the checkpoint in it; null while the entry waits for its place."
    )

    def get_payload(self, whole: Whole) -> str | None:
        return base64.b64encode(whole.payload).decode() if whole.payload is not None else None

    def get_erased_by(self, whole: Whole) -> int | None:
        return whole.tombstone.pk if whole.tombstone else None

    def get_proof(self, whole: Whole) -> str | None:
        return whole.proof
