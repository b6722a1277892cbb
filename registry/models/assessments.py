"""Risk tier: the rules in force, and every judgement made by them, none overwritten."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.workflows import Tier, Workflow


class TierRuleSet(Recorded):
    """A version of the tier rules, as data. The newest approved one is in force."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    definition = models.JSONField(_("rules"))
    effective_at = models.DateTimeField(_("in force from"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("tier rule set")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Tier rules {self.number}"


class TierAssessment(Recorded):
    """One reasoned judgement. Never edited, only followed by another; an override waits for a second person."""

    class OverrideStatus(models.TextChoices):
        NONE = "NONE", _("No override")
        ASKED = "ASKED", _("Waiting for a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="tier_assessments")
    rule_set = models.ForeignKey(TierRuleSet, models.PROTECT, related_name="+")
    answers = models.JSONField(_("answers"))
    """Area → {"level": LOW | ELEVATED | HIGH, "reason": text}."""
    ai_act_class = models.CharField(_("EU AI Act class"), max_length=14)
    ai_act_reason = models.TextField(blank=True)
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
        indexes = [models.Index(fields=["workflow", "-id"])]
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
