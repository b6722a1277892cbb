"""The tier rules: data in numbered versions, each proposed by one person and decided on by another."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class TierRuleSetQuerySet(models.QuerySet["TierRuleSet"]):
    def approved(self) -> Self:
        return self.filter(status=TierRuleSet.Status.APPROVED)

    def in_force(self, at: datetime) -> "TierRuleSet":
        """The one version by which tiers are decided at that moment; there always is one."""
        return self.approved().filter(effective_at__lte=at).order_by("-effective_at", "-number")[0]


class TierRuleSet(Recorded):
    """A version of the tier rules. What is in force is the approved version that took effect last."""

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Waiting for a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    number = models.PositiveIntegerField(_("version"), unique=True)
    definition = models.JSONField(_("rules"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("based on"))
    """The newest approved version when this one was proposed; empty for the one shipped."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True)
    reason = models.TextField(_("why"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    effective_at = models.DateTimeField(_("in force from"), null=True)
    """While it is proposed: when it is meant to take effect; empty means as soon as it is approved."""
    followed_at = models.DateTimeField(_("tiers follow since"), null=True)
    """When every workflow had the tier that this version gives."""

    objects: ClassVar[TierRuleSetQuerySet] = TierRuleSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tier rule set")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="tier_rules_decided_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="tier_rules_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="tier_rules_proposed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(status__in=["APPROVED", "REFUSED"], decided_by__isnull=False)
                | Q(status__in=["PROPOSED", "WITHDRAWN"], decided_by__isnull=True),
                name="tier_rules_decision_names_who",
            ),
            models.CheckConstraint(
                condition=~Q(status="APPROVED") | Q(effective_at__isnull=False), name="tier_rules_approved_from_when"
            ),
        ]

    def __str__(self) -> str:
        return f"Tier rules {self.number}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("tier-rules-version", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.PROPOSED
