"""What became of what a person answered for when they left: handed on, or left without anybody for a reason."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class Succession(Recorded):
    """One record that one person answered for, and who does so now. The record itself has the change in its history."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="successions", verbose_name=_("who left")
    )
    kind = models.CharField(_("as"), max_length=40)
    """Key of what it was to the person (see `registry.services.holdings`)."""
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("successor")
    )
    """Nobody, when it was left without a successor."""
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    never_changes = True

    class Meta:
        verbose_name = _("succession")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="succession_of_person")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="succession_has_reason"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("person")), name="succession_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.person}"
