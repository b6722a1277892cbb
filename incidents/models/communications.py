"""What was said outside, or decided not to be said, and what is owed to authorities."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.message_templates import Occasion
from registry.models import OrganisationRules


class Communication(Recorded):
    """A message to people outside the room: drafted by one, approved by another, sent; or reasoned away."""

    class Audience(models.TextChoices):
        CUSTOMERS = "CUSTOMERS", _("Customers")
        PARTNERS = "PARTNERS", _("Partners")
        REGULATOR = "REGULATOR", _("Regulator")
        PRESS = "PRESS", _("Press")
        STAFF = "STAFF", _("Staff")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        APPROVED = "APPROVED", _("Approved")
        SENT = "SENT", _("Sent")
        NOT_NEEDED = "NOT_NEEDED", _("Decided not to communicate")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="communications")
    audience = models.CharField(_("audience"), max_length=10, choices=Audience)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("drafted"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"), null=True)
    channel = models.CharField(_("sent by"), max_length=100, blank=True)
    template_rules = models.ForeignKey(
        OrganisationRules, models.PROTECT, related_name="+", null=True, verbose_name=_("begun from the templates")
    )
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices, blank=True)
    """Of the template it was begun from; empty where somebody wrote it without one."""
    decision_reason = models.TextField(_("why nothing is sent"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("communication")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="communication_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="communication_approved_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True, sent_at__isnull=True)
                | Q(sent_by__isnull=False, sent_at__isnull=False),
                name="communication_sent_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="NOT_NEEDED") | ~Q(decision_reason=""),
                name="communication_not_needed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(template_rules__isnull=True, occasion="")
                | (Q(template_rules__isnull=False) & ~Q(occasion="")),
                name="communication_template_and_occasion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.subject or self.get_status_display()}"


class Obligation(Recorded):
    """A notice that may be owed to an authority: due, submitted, or explained away."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        SUBMITTED = "SUBMITTED", _("Submitted")
        NOT_OWED = "NOT_OWED", _("Not owed")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="obligations")
    name = models.CharField(_("notice"), max_length=150)
    authority = models.CharField(_("to whom"), max_length=150, blank=True)
    starts_at = models.DateTimeField(_("clock started"))
    due_at = models.DateTimeField(_("due"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True)
    explanation = models.TextField(_("explanation"), blank=True)

    class Meta:
        verbose_name = _("obligation")
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="OPEN"), name="obligation_open_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(status="OPEN") & Q(settled_by__isnull=False, settled_at__isnull=False) & ~Q(explanation="")),
                name="obligation_settled_by_at_explanation",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")), name="obligation_due_after_start"),
        ]

    def __str__(self) -> str:
        return self.name
