"""The severity scale, which is data with an owner, and every judgement made by it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.severity_inputs import Severity
from registry.kernel.audit.history import Recorded


class SeverityScale(Recorded):
    """A version of what each severity means and sets in motion. The newest one in force counts."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    definition = models.JSONField(_("levels"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    effective_at = models.DateTimeField(_("in force from"))

    class Meta:
        verbose_name = _("severity scale")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Severity scale {self.number}"


class SeverityAssessment(Recorded):
    """One reasoned judgement of severity. Never edited, only followed by another."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="severity_assessments")
    scale = models.ForeignKey(SeverityScale, models.PROTECT, related_name="+")
    inputs = models.JSONField(_("answers"))
    proposed = models.CharField(_("proposed"), max_length=5, choices=Severity.choices)
    reasons = models.JSONField(default=list)
    confirmed = models.CharField(_("confirmed"), max_length=5, choices=Severity.choices)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("assessed"))

    never_changes = True

    class Meta:
        verbose_name = _("severity assessment")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proposed=models.F("confirmed")) | ~models.Q(reason=""),
                name="severity_difference_has_reason",
            )
        ]

    def __str__(self) -> str:
        return self.confirmed
