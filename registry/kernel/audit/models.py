"""The site-wide index of everything that happened, one row for each history row and each recorded event.

Rows for record changes are written by a database trigger on every history table (see `capture`), so that
whatever writes history is listed. The tamper-evident ledger takes its entries from here.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _


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

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["object_type", "object_id", "-id"]),
            models.Index(fields=["actor_id", "-at", "-id"]),
            models.Index(fields=["kind", "-at", "-id"]),
            models.Index(fields=["origin", "-at", "-id"]),
            models.Index(fields=["event", "-at", "-id"], condition=~models.Q(event=""), name="audit_event"),
            models.Index(fields=["unit_id"]),
            GinIndex(SearchVector("reason", config="simple"), condition=~models.Q(reason=""), name="audit_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} {self.kind}"
