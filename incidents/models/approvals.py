"""Who let which words go out, and whom the incident is known to have reached."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.communications import Communication
from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.models import OrganisationRules
from registry.responsible import Responsible


class MessageApproval(Recorded):
    """One person's word on one version of a message, or of a decision to say nothing, given as one Responsible.

    `sha256` is of the audience and the words that were read. An approval counts until the words change.
    """

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Sent back")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="message_approvals")
    communication = models.ForeignKey(Communication, models.PROTECT, related_name="approvals")
    role = models.CharField(_("as"), max_length=14, choices=Responsible.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """Whose words they were."""
    version = models.PositiveIntegerField(_("version of the message"))
    sha256 = models.CharField(max_length=64)
    rules = models.ForeignKey(OrganisationRules, models.PROTECT, related_name="+", verbose_name=_("rules it follows"))
    note = models.TextField(_("reason"), blank=True)
    voided_at = models.DateTimeField(_("counts no longer since"), null=True)
    void_reason = models.CharField(_("why it counts no longer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("approval of a message")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("written_by")), name="message_approved_by_another"),
            models.UniqueConstraint(
                fields=["communication", "role"],
                condition=Q(outcome="APPROVED", voided_at__isnull=True),
                name="message_approved_once_as_each",
            ),
            models.UniqueConstraint(
                fields=["communication", "by"],
                condition=Q(outcome="APPROVED", voided_at__isnull=True),
                name="message_approved_once_by_each",
            ),
            models.CheckConstraint(condition=Q(outcome="APPROVED") | ~Q(note=""), name="message_sent_back_has_reason"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="message_approval_voided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_outcome_display()}"

    @property
    def counts(self) -> bool:
        return self.outcome == self.Outcome.APPROVED and self.voided_at is None


class Reach(Recorded):
    """What is known about whether the incident reached an audience. The newest word on each counts."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reaches")
    audience = models.CharField(_("audience"), max_length=10, choices=Communication.Audience)
    is_reached = models.BooleanField(_("reached"))
    note = models.TextField(_("how that is known"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("said"))

    never_changes = True

    class Meta:
        verbose_name = _("whom it reached")
        ordering = ["id"]
        indexes = [models.Index(fields=["incident", "audience", "-id"])]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="reach_says_how_it_is_known")]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.is_reached}"
