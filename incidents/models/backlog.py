"""How much work waits for people since the automation was narrowed. Append-only: what was read stays as it was read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded


class BacklogReading(Recorded):
    class Source(models.TextChoices):
        PERSON = "PERSON", _("Entered by a person")
        PROGRAM = "PROGRAM", _("Sent by a program")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="backlog", db_index=False)
    queue = models.CharField(_("queue"), max_length=100)
    length = models.PositiveIntegerField(_("waiting"))
    people = models.PositiveIntegerField(_("people at work"), null=True, blank=True)
    per_hour_in = models.FloatField(_("coming in an hour"), null=True, blank=True)
    per_hour_out = models.FloatField(_("done an hour"), null=True, blank=True)
    at = models.DateTimeField(_("read"))
    entered_at = models.DateTimeField(_("entered"))
    source = models.CharField(_("source"), max_length=7, choices=Source)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    never_changes = True

    class Meta:
        verbose_name = _("backlog reading")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["incident", "queue", "-at", "-id"], name="backlog_of_queue")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "queue", "at"], name="backlog_once_at_a_time"),
            models.CheckConstraint(
                condition=(Q(per_hour_in__isnull=True) | Q(per_hour_in__gte=0))
                & (Q(per_hour_out__isnull=True) | Q(per_hour_out__gte=0)),
                name="backlog_rates_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.length}"
