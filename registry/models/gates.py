"""Requests to let a workflow go live or do more by itself: what was asked, who agreed, under which conditions."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from registry.approvals import LIVE, Autonomy, GateKind, Status
from registry.kernel.audit.history import Recorded
from registry.models.people import Role
from registry.models.workflow_words import Tier
from registry.models.workflows import Workflow


def _who(verbose_name: Any, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose_name, **options
    )


def _together(*names: str, when: Q, also: Q | None = None) -> Q:
    """All of `names` are set where `when` holds, and none of them elsewhere."""
    filled = Q(*((f"{name}__isnull", False) for name in names)) & (also if also is not None else Q())
    empty = Q(*((f"{name}__isnull", True) for name in names))
    return (when & filled) | (~when & empty)


class GateRequestQuerySet(models.QuerySet["GateRequest"]):
    def visible_to(self, user: Any) -> Self:
        """As workflows: open to everyone who is signed in."""
        return self if user.is_active else self.none()

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def waiting(self) -> Self:
        return self.filter(status=Status.ASKED)

    def waiting_for(self, user: Any) -> Self:
        """Whose open step this person may decide, as `policies.gates.may_decide` answers."""
        earlier = GateStep.objects.filter(request=OuterRef("request"), verdict="", number__lt=OuterRef("number"))
        open_steps = GateStep.objects.filter(~Exists(earlier), verdict="", roles__overlap=user.roles or [""])
        own = GateStep.objects.filter(decided_by=user.pk)
        owned = Workflow.objects.owned_by(user)
        waiting = self.waiting().exclude(asked_by=user.pk).exclude(workflow__in=owned.values("pk"))
        return waiting.filter(pk__in=open_steps.values("request")).exclude(pk__in=own.values("request"))

    def granted(self) -> Self:
        return self.filter(status=Status.GRANTED)


class GateRequest(Recorded):
    """One request; what was known when it was asked is frozen in it and never edited."""

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="gate_requests")
    kind = models.CharField(_("what is asked"), max_length=14, choices=GateKind.choices)
    from_autonomy = models.CharField(_("may do until now"), max_length=20, choices=Autonomy.choices, blank=True)
    to_autonomy = models.CharField(_("shall do"), max_length=20, choices=Autonomy.choices, blank=True)
    """Both only where more autonomy is asked for."""
    reason = models.TextField(_("why"))
    tier = models.CharField(_("risk tier"), max_length=2, choices=Tier, blank=True)
    """When it was asked; the chain follows from it."""
    facts = models.JSONField(_("facts when it was asked"))
    """As `reports.gate_facts` writes them."""
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    """Of the canonical form of `facts`."""
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_by = _who(_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    step_since_at = models.DateTimeField(_("next step waits since"))
    granted_at = models.DateTimeField(_("granted"), null=True)
    valid_until_date = models.DateField(_("can be used until"), null=True)
    used_by = _who(_("used by"), null=True)
    used_at = models.DateTimeField(_("used"), null=True)
    withdrawn_by = _who(_("taken back by"), null=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)
    withdrawal_reason = models.TextField(_("reason for taking it back"), blank=True)
    lapsed_at = models.DateTimeField(_("lapse noted"), null=True)
    """When it was noted. Whether an approval holds is told by its dates alone."""

    objects: ClassVar[GateRequestQuerySet] = GateRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request at a gate")
        verbose_name_plural = _("requests at gates")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workflow", "-id"], name="gate_request_of_workflow"),
            models.Index(fields=["status", "-id"], name="gate_request_by_status"),
            models.Index(fields=["step_since_at", "id"], condition=Q(status="ASKED"), name="gate_request_waiting"),
            models.Index(fields=["valid_until_date", "id"], condition=Q(status="GRANTED"), name="gate_request_unused"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "kind"],
                condition=Q(status__in=["ASKED", "GRANTED"]),
                name="gate_request_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="gate_request_has_reason"),
            models.CheckConstraint(
                condition=Q(kind="GO_LIVE", to_autonomy="", from_autonomy="")
                | (Q(kind="MORE_AUTONOMY") & ~Q(to_autonomy="") & ~Q(to_autonomy=F("from_autonomy"))),
                name="gate_request_says_which_autonomy",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ASKED", "REFUSED"])
                & Q(granted_at__isnull=False, valid_until_date__isnull=False)
                | ~Q(status__in=["GRANTED", "USED", "LAPSED"])
                & Q(granted_at__isnull=True, valid_until_date__isnull=True),
                name="gate_request_granted_until",
            ),
            models.CheckConstraint(
                condition=_together("used_by", "used_at", when=Q(status="USED")), name="gate_request_used_by_and_at"
            ),
            models.CheckConstraint(
                condition=_together(
                    "withdrawn_by", "withdrawn_at", when=Q(status="WITHDRAWN"), also=~Q(withdrawal_reason="")
                ),
                name="gate_request_withdrawn_by_and_at",
            ),
            models.CheckConstraint(
                condition=_together("lapsed_at", when=Q(status="LAPSED")), name="gate_request_lapse_noted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def reference(self) -> str:
        return f"GR-{self.pk:04d}" if self.pk else "GR-new"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("gate-request", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.ASKED

    @property
    def is_granted(self) -> bool:
        return self.status == Status.GRANTED


class GateStep(Recorded):
    """One step of the chain: decided by one person of one of the roles, who neither asked nor decided another step.

    Nor do the owners of the workflow; they can change meanwhile, so that the policy alone says so.
    """

    class Verdict(models.TextChoices):
        APPROVED = "APPROVED", _("Agreed")
        REFUSED = "REFUSED", _("Refused")

    request = models.ForeignKey(GateRequest, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(_("step"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("decided by one of"))
    asked_by = _who(_("asked by"))
    """Copied from the request, so that the database can tell who must not decide."""
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    decided_by = _who(_("decided by"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason for the decision"), blank=True)

    class Meta:
        verbose_name = _("step of an approval")
        verbose_name_plural = _("steps of approvals")
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="gate_step_once"),
            models.UniqueConstraint(fields=["request", "decided_by"], name="gate_step_one_each"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="gate_step_by_another"
            ),
            models.CheckConstraint(
                condition=_together("decided_by", "decided_at", when=~Q(verdict=""), also=~Q(reason="")),
                name="gate_step_decided_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.number}"

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]


class GateCondition(Recorded):
    """Something that must be so by a day, said by whoever agreed under it. Unmet, the approval lapses with that day."""

    request = models.ForeignKey(GateRequest, models.CASCADE, related_name="conditions")
    text = models.CharField(_("condition"), max_length=500)
    due_date = models.DateField(_("due"))
    owner = _who(_("owner"))
    set_by = _who(_("set by"))
    set_at = models.DateTimeField(_("set"))
    met_by = _who(_("met by"), null=True)
    met_at = models.DateTimeField(_("met"), null=True)
    evidence = models.TextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("condition of an approval")
        verbose_name_plural = _("conditions of approvals")
        ordering = ["request", "due_date", "id"]
        indexes = [
            models.Index(fields=["due_date", "id"], condition=Q(met_at__isnull=True), name="gate_condition_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="gate_condition_has_text"),
            models.CheckConstraint(
                condition=Q(met_by__isnull=True, met_at__isnull=True, evidence="")
                | (Q(met_by__isnull=False, met_at__isnull=False) & ~Q(evidence="")),
                name="gate_condition_met_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return f"{reverse('gate-request', args=[self.request_id])}#condition-{self.pk}"

    def days_late(self, on: date) -> int:
        return max(0, (on - self.due_date).days) if self.met_at is None else 0
