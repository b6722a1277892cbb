"""Every judgement of severity, with the version of the severity scale it was made by."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.models import OrganisationRules
from registry.severities import Severity


class SeverityAssessment(Recorded):
    """One reasoned judgement of severity. Never edited, only followed by another."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="severity_assessments")
    scale = models.ForeignKey(OrganisationRules, models.PROTECT, related_name="+")
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
