"""Lawful erasure: asked for by one, approved by another, and itself part of the record."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class Erasure(Recorded):
    """Fields of one record whose values go, in history and ledger alike; their hashes and this reason stay."""

    class Basis(models.TextChoices):
        CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", _("Consent withdrawn (GDPR Article 17(1)(b))")
        NO_LONGER_NEEDED = "NO_LONGER_NEEDED", _("No longer needed for its purpose (GDPR Article 17(1)(a))")
        OBJECTION = "OBJECTION", _("Objection upheld (GDPR Article 17(1)(c))")
        UNLAWFUL = "UNLAWFUL", _("Should not have been held (GDPR Article 17(1)(d))")
        LEGAL_OBLIGATION = "LEGAL_OBLIGATION", _("Ordered by law or court (GDPR Article 17(1)(e))")

    class State(models.TextChoices):
        ASKED = "ASKED", _("Waiting for a second person")
        DONE = "DONE", _("Erased")
        DECLINED = "DECLINED", _("Declined")

    object_type = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("number"), max_length=40)
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("fields"))
    basis = models.CharField(_("legal basis"), max_length=20, choices=Basis)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="ASKED"), decided_by__isnull=False, decided_at__isnull=False),
                name="erasure_decided_by_and_at",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="erasure_two_people"),
            models.UniqueConstraint(
                fields=["object_type", "object_id"], condition=Q(state="ASKED"), name="erasure_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"ER-{self.pk:04d}" if self.pk else "ER-new"
