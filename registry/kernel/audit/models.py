"""Everything that happened, one sealed entry for each history row and each recorded event.

Entries are written by database triggers (see `registry.kernel.ledger`), so that whatever writes history is
listed. `payload` is what the ledger hashes; the other columns say the same again, for finding.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

READS = ("VIEWED", "DOWNLOADED", "EXPORTED", "CUSTODY")
"""Events by which somebody came to know something; of a chain of custody only some links say that."""


class AuditEntry(models.Model):
    class Kind(models.TextChoices):
        CREATED = "+", _("Created")
        CHANGED = "~", _("Changed")
        DELETED = "-", _("Deleted")
        EVENT = "E", _("Event")

    at = models.DateTimeField()
    kind = models.CharField(max_length=1, choices=Kind)
    object_type = models.CharField(max_length=60, help_text="app_label.model of the record")
    object_id = models.CharField(max_length=40, blank=True)
    history_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=60, blank=True)
    actor_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=10)
    unit_id = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    roles = ArrayField(models.CharField(max_length=20), default=list, help_text=_("roles the person held then"))
    login = models.CharField(max_length=63, default="", help_text=_("login at the database"))
    payload = models.BinaryField(null=True, help_text=_("what was sealed; gone where it was lawfully erased"))
    leaf_hash = models.BinaryField(default=bytes, help_text="SHA-256 of a zero byte and the payload (RFC 6962)")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["object_type", "object_id", "-id"]),
            models.Index(fields=["object_id", "-at", "-id"], name="audit_object"),
            models.Index(fields=["object_type", "-at", "-id"], name="audit_type"),
            models.Index(fields=["actor_id", "-at", "-id"]),
            models.Index(fields=["kind", "-at", "-id"]),
            models.Index(fields=["origin", "-at", "-id"]),
            models.Index(fields=["event", "-at", "-id"], condition=~models.Q(event=""), name="audit_event"),
            models.Index(fields=["-at", "-id"], condition=models.Q(event__in=READS), name="audit_reads"),
            models.Index(fields=["actor_id", "-at", "-id"], condition=models.Q(event__in=READS), name="audit_reads_of"),
            models.Index(fields=["unit_id"]),
            GinIndex(SearchVector("reason", config="simple"), condition=~models.Q(reason=""), name="audit_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} {self.kind}"
