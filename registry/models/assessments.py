"""Every judgement of a risk tier, none overwritten, and what somebody is still answering."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.tier_rules import TierRuleSet
from registry.models.workflow_words import Tier
from registry.models.workflows import Workflow


class TierAssessment(Recorded):
    """One reasoned judgement. Never edited, only followed by another; an override waits for a second person."""

    class OverrideStatus(models.TextChoices):
        NONE = "NONE", _("No override")
        ASKED = "ASKED", _("Waiting for a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="tier_assessments")
    rule_set = models.ForeignKey(TierRuleSet, models.PROTECT, related_name="+")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The assessment whose answers stand here again, because another tier was asked for them; else empty."""
    answers = models.JSONField(_("answers"))
    """Area → {"level": LOW | ELEVATED | HIGH, "reason": text, "evidence": [https addresses]}."""
    ai_act_class = models.CharField(_("EU AI Act class"), max_length=14)
    ai_act_reason = models.TextField(_("EU AI Act reason"), blank=True)
    ai_act_answers = models.JSONField(_("EU AI Act answers"), default=dict)
    """Question → {"points": [provisions that hold], "reason": text}; empty where the class was given as it is."""
    ai_act_finding = models.JSONField(_("EU AI Act finding"), default=dict)
    """What the answers led to, in symbols: ground, points, exemption and days; empty as above."""
    computed_tier = models.CharField(_("tier by the rules"), max_length=2, choices=Tier)
    explanation = models.JSONField(default=dict)
    """What the rules said at the time: rule name, causes, what would change the tier."""
    override_tier = models.CharField(_("tier asked for"), max_length=2, choices=Tier, blank=True)
    override_reason = models.TextField(_("reason for the override"), blank=True)
    override_status = models.CharField(max_length=10, choices=OverrideStatus, default=OverrideStatus.NONE)
    override_until_date = models.DateField(_("override ends"), null=True, blank=True)
    override_decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    override_decided_at = models.DateTimeField(null=True)
    override_decision_reason = models.TextField(blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(_("assessed"))

    class Meta:
        verbose_name = _("tier assessment")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workflow", "-id"]),
            models.Index(
                fields=["override_until_date"], condition=Q(override_status="APPROVED"), name="tier_override_ends"
            ),
            models.Index(fields=["-id"], condition=Q(override_status="ASKED"), name="tier_override_asked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(override_status="NONE", override_tier="")
                | (~Q(override_status="NONE") & ~Q(override_tier="") & ~Q(override_reason="")),
                name="tier_override_has_tier_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(override_decided_by__isnull=True) | ~Q(override_decided_by=F("assessed_by")),
                name="tier_override_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(override_decided_by__isnull=True, override_decided_at__isnull=True)
                | Q(override_decided_by__isnull=False, override_decided_at__isnull=False),
                name="tier_override_decided_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.tier}"

    @property
    def tier(self) -> str:
        """The tier this assessment puts in force."""
        if self.override_status == self.OverrideStatus.APPROVED:
            return self.override_tier
        return self.computed_tier


class AssessmentDraft(Recorded):
    """What one person has answered so far for one workflow; it ends when they submit or discard it."""

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="assessment_drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_after = models.ForeignKey(TierAssessment, models.PROTECT, null=True, related_name="+")
    """The newest assessment when it was begun, whose answers it started from."""
    answers = models.JSONField(_("answers"), default=dict)
    """As `TierAssessment.answers`, for the areas answered so far."""
    ai_act_answers = models.JSONField(_("EU AI Act answers"), default=dict)
    saved = models.JSONField(_("pages saved"), default=dict)
    """Step → version of the draft that last saved it. What only came from the assessment before is not in here."""
    begun_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("assessment being answered")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "person"], name="assessment_draft_once_per_person"),
            models.CheckConstraint(condition=Q(saved_at__gte=F("begun_at")), name="assessment_draft_saved_after_begun"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow}: {self.person}"


class ReassessmentCall(Recorded):
    """Something outside the register, such as a serious incident, asks for a new assessment of a workflow.

    It is answered by the next assessment, not by a change of this row.
    """

    class Kind(models.TextChoices):
        SEV_1 = "SEV_1", _("a SEV-1 incident")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="reassessment_calls")
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    source = models.CharField(_("from"), max_length=80)
    """Key of what happened, so that it calls once."""
    called_at = models.DateTimeField(_("called"))

    never_changes = True

    class Meta:
        verbose_name = _("call for a new assessment")
        ordering = ["-id"]
        indexes = [models.Index(fields=["workflow", "-called_at"])]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "kind", "source"], name="reassessment_called_once"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow}: {self.get_kind_display()}"
