"""Downstream actions: what a workflow can set off in other systems and for people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.blast_radius import Reach, Reversibility, Validation
from registry.kernel.audit.history import Recorded
from registry.models.surfaces import Surface
from registry.models.workflows import Workflow


class DownstreamAction(Recorded):
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="downstream_actions")
    name = models.CharField(_("name"), max_length=150)
    target_system = models.CharField(_("target system"), max_length=150)
    effect = models.TextField(_("what it changes"))
    reversibility = models.CharField(_("can it be undone"), max_length=12, choices=Reversibility.choices)
    validation = models.CharField(_("validation in front"), max_length=9, choices=Validation.choices)
    validation_note = models.CharField(_("how it is validated"), max_length=250, blank=True)
    reach = models.CharField(_("who is reached"), max_length=14, choices=Reach.choices)
    volume_per_day = models.PositiveIntegerField(_("volume a day"), null=True, blank=True)
    tool = models.ForeignKey(
        Surface, models.PROTECT, null=True, blank=True, related_name="carries", verbose_name=_("carried by the tool")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_reason = models.CharField(_("why it was retired"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("downstream action")
        ordering = ["workflow", "id"]
        indexes = [models.Index(fields=["workflow"], condition=Q(is_active=True), name="downstream_active_of_workflow")]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "name"], condition=Q(is_active=True), name="downstream_once_per_workflow"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, retired_at__isnull=True, retired_reason="")
                | (Q(is_active=False, retired_at__isnull=False) & ~Q(retired_reason="")),
                name="downstream_retired_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name
