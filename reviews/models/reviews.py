"""The blameless post-incident review: structured, written by one, approved by another."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from registry.kernel.audit.history import Recorded
from reviews.lifecycle import ReviewState


class Review(Recorded):
    Status = ReviewState

    class Cause(models.TextChoices):
        """The whole surface a cause can lie in."""

        MODEL = "MODEL", _("Model")
        PROMPT = "PROMPT", _("Prompt")
        RETRIEVAL = "RETRIEVAL", _("Retrieval")
        CONFIGURATION = "CONFIGURATION", _("Configuration")
        INPUT = "INPUT", _("Input")
        TOOL = "TOOL", _("Tool")
        PERMISSION = "PERMISSION", _("Permission")
        VALIDATION = "VALIDATION", _("Validation")
        HUMAN_REVIEW = "HUMAN_REVIEW", _("Human review")
        POLICY = "POLICY", _("Policy")
        VENDOR = "VENDOR", _("Vendor")

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="review")
    status = models.CharField(_("status"), max_length=10, choices=ReviewState.choices, default=ReviewState.DRAFT)
    what_happened = models.TextField(_("What happened"), blank=True)
    causes = ArrayField(
        models.CharField(max_length=14, choices=Cause), verbose_name=_("Where the cause lies"), default=list, blank=True
    )
    root_cause = models.TextField(_("Root cause"), blank=True)
    detection = models.TextField(_("How long before it was detected, and why"), blank=True)
    first_signal = models.TextField(_("Which signal fired first"), blank=True)
    containment = models.TextField(_("What contained it, and could it have been faster"), blank=True)
    blast_radius = models.TextField(_("Blast radius and what amplified it"), blank=True)
    controls = models.TextField(_("Why controls did not prevent it"), blank=True)
    went_well = models.TextField(_("What went well"), blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(_("note on the decision"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("review")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("author"))),
                name="review_decided_by_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="APPROVED") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="review_approved_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True, submitted_at__isnull=True)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="review_submitted_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.incident}"

    @property
    def is_approved(self) -> bool:
        return self.status == ReviewState.APPROVED

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.pk])
