"""Who holds which role in the room, and since when. Hand-over ends one assignment and begins another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded


class RoleAssignment(Recorded):
    class Role(models.TextChoices):
        LEAD = "LEAD", _("Incident lead")
        TECHNICAL = "TECHNICAL", _("Technical lead")
        LEGAL = "LEGAL", _("Legal and compliance")
        COMMUNICATIONS = "COMMUNICATIONS", _("Communications")
        SCRIBE = "SCRIBE", _("Scribe")
        BUSINESS = "BUSINESS", _("Business owner")
        SECURITY = "SECURITY", _("Security")
        EXECUTIVE = "EXECUTIVE", _("Executive sponsor")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=14, choices=Role)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="incident_roles")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("from"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("role in an incident")
        ordering = ["started_at", "id"]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="role_held_now")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "role"], condition=Q(ended_at__isnull=True), name="one_holder_per_incident_role"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="role_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"
