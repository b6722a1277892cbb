"""Containment carried out, and the governed state frozen at the time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.models import ContainmentOption, Restriction, Workflow


class ContainmentAction(Recorded):
    """One execution of an option: carried out, confirmed effective, perhaps taken back."""

    class Status(models.TextChoices):
        EXECUTED = "EXECUTED", _("Carried out, not confirmed")
        CONFIRMED = "CONFIRMED", _("Confirmed effective")
        FAILED = "FAILED", _("Had no effect")
        REVERTED = "REVERTED", _("Taken back")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="containment_actions")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="containment_actions")
    option = models.ForeignKey(ContainmentOption, models.PROTECT, related_name="actions")
    restriction = models.OneToOneField(Restriction, models.PROTECT, related_name="action", null=True)
    """What is in force because of it, and how it is taken back."""
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.EXECUTED)
    reason = models.TextField(_("reason"))
    executed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    executed_at = models.DateTimeField(_("carried out"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Nobody where the instances themselves confirmed it."""
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    proof = models.TextField(_("how the effect was confirmed"), blank=True)
    reverted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reverted_at = models.DateTimeField(_("taken back"), null=True)
    revert_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("containment action")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_at__isnull=False) & ~Q(proof="")),
                name="containment_confirmed_at_proof",
            ),
            models.CheckConstraint(
                condition=Q(reverted_by__isnull=True, reverted_at__isnull=True)
                | (Q(reverted_by__isnull=False, reverted_at__isnull=False) & ~Q(revert_reason="")),
                name="containment_reverted_by_at_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.get_status_display()}"


class GovernedSnapshot(Recorded):
    """Owners, tier, surfaces and versions, and options of a workflow as they were: frozen and hashed."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="snapshots")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=40)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("taken"))

    never_changes = True

    class Meta:
        verbose_name = _("frozen state")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.workflow} at {self.taken_at}"
