"""Signals: what tells that a workflow goes wrong, who watches it, and when it was last shown to fire."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow
from registry.watching import Cadence, Direction, SignalKind, is_proof_stale


class Signal(Recorded):
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="signals")
    kind = models.CharField(_("kind"), max_length=20, choices=SignalKind.choices)
    name = models.CharField(_("name"), max_length=150)
    source = models.CharField(_("source"), max_length=250)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    threshold = models.CharField(_("fires when"), max_length=500)
    limit_value = models.DecimalField(_("limit"), max_digits=18, decimal_places=6, null=True, blank=True)
    limit_direction = models.CharField(_("side of the limit"), max_length=5, choices=Direction.choices, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    baseline = models.CharField(_("baseline"), max_length=500)
    baseline_value = models.DecimalField(
        _("baseline as a number"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    baseline_date = models.DateField(_("baseline measured"), null=True, blank=True)
    cadence = models.CharField(_("how often"), max_length=12, choices=Cadence.choices)
    is_active = models.BooleanField(_("in use"), default=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_reason = models.CharField(_("why it was retired"), max_length=500, blank=True)
    last_seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    proven_at = models.DateTimeField(_("last shown to fire"), null=True, blank=True)
    proven_how = models.CharField(_("shown by"), max_length=250, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("signal")
        ordering = ["workflow", "id"]
        indexes = [
            GinIndex(SearchVector("name", "source", config="english"), name="signal_search"),
            models.Index(fields=["workflow", "kind"], condition=Q(is_active=True), name="signal_active_of_workflow"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "name"], condition=Q(is_active=True), name="signal_once_per_workflow"
            ),
            models.CheckConstraint(
                condition=Q(proven_at__isnull=True, proven_how="") | (Q(proven_at__isnull=False) & ~Q(proven_how="")),
                name="signal_proof_says_how",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, retired_at__isnull=True, retired_reason="")
                | (Q(is_active=False, retired_at__isnull=False) & ~Q(retired_reason="")),
                name="signal_retired_says_why",
            ),
            models.CheckConstraint(
                condition=Q(limit_value__isnull=True, limit_direction="")
                | (Q(limit_value__isnull=False) & ~Q(limit_direction="")),
                name="signal_limit_has_a_side",
            ),
            models.CheckConstraint(
                condition=Q(unit="") | Q(limit_value__isnull=False) | Q(baseline_value__isnull=False),
                name="signal_unit_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True) | Q(baseline_date__isnull=False),
                name="signal_baseline_number_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> int:
        """Place among the kinds: monitors first."""
        return list(SignalKind).index(SignalKind(self.kind))

    def is_proof_stale(self, now: datetime) -> bool:
        return is_proof_stale(self.proven_at, now, self.workflow.tier)
