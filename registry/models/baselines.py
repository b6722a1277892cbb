"""Baselines: what a workflow was allowed to run on, proposed by one person and approved by another."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def visible_to(self, user: Any) -> Self:
        """As workflows: open to everyone who is signed in."""
        return self if user.is_active else self.none()

    def approved(self) -> Self:
        return self.filter(status=Baseline.Status.APPROVED)

    def waiting(self) -> Self:
        return self.filter(status=Baseline.Status.PROPOSED)


class Baseline(Recorded):
    """One approved, or once proposed, state of all surfaces. Its content is never edited: another number follows."""

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Waiting for a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        SUPERSEDED = "SUPERSEDED", _("Superseded")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="baselines")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    """{"schema", "workflow", "number", "surfaces": [{"kind", "name", "version", "digest"}], "limits": text}."""
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    """Of the canonical form of `content`."""
    reason = models.TextField(_("why"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), blank=True)

    objects: ClassVar[BaselineQuerySet] = BaselineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("baseline")
        ordering = ["workflow", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="baseline_number_once_per_workflow"),
            models.UniqueConstraint(
                fields=["workflow"], condition=Q(status="PROPOSED"), name="baseline_one_proposed_per_workflow"
            ),
            models.UniqueConstraint(
                fields=["workflow"], condition=Q(status="APPROVED"), name="baseline_one_approved_per_workflow"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="baseline_decided_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PROPOSED", "WITHDRAWN"], decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(status__in=["PROPOSED", "WITHDRAWN"])
                    & ~Q(decision_reason="")
                ),
                name="baseline_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="WITHDRAWN", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                    & ~Q(withdrawal_reason="")
                )
                | (
                    ~Q(status="WITHDRAWN")
                    & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawal_reason="")
                ),
                name="baseline_withdrawn_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"Baseline {self.number}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("baseline", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def limits(self) -> str:
        return str(self.content["limits"])
