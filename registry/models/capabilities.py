"""What a workflow must be able to do: met with evidence, missing with an owner and a day, or accepted for a time."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.capabilities import CAPABILITIES, Capability
from registry.gaps import GapState, Standing
from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow

KEYS = [(capability.key, capability.name) for capability in CAPABILITIES]
OPEN = Q(is_required=True, is_met=False)
MAY_BE_OPEN = Q(is_required=True) & (Q(is_met=False) | Q(proof_until_date__isnull=False))
"""Asked for, and not met or standing on a proof that ends. Few of very many rows; what is open is among them."""


def capability_choices() -> list[tuple[str, Any]]:
    """Handed to the fields uncalled: the migrations then keep no copy of the names."""
    return KEYS


def open_on(on: date) -> Q:
    """Asked for and not shown on that day, whether accepted or not."""
    return MAY_BE_OPEN & (Q(is_met=False) | Q(proof_until_date__lt=on))


def missing(on: date) -> Q:
    """The same, and not accepted on that day."""
    return open_on(on) & _not_accepted(on)


def _not_accepted(on: date) -> Q:
    return Q(accepted_until_date__isnull=True) | Q(accepted_until_date__lt=on)


def in_state(state: str, on: date) -> Q:
    """As `Standing.state`, asked of the database."""
    return {
        GapState.MET: Q(is_required=True, is_met=True)
        & (Q(proof_until_date__isnull=True) | Q(proof_until_date__gte=on)),
        GapState.ACCEPTED: open_on(on) & Q(accepted_until_date__gte=on),
        GapState.STALE: missing(on) & Q(is_met=True),
        GapState.OVERDUE: OPEN & _not_accepted(on) & Q(due_date__lt=on),
        GapState.GAP: OPEN & _not_accepted(on) & (Q(due_date__isnull=True) | Q(due_date__gte=on)),
    }[GapState(state)]


def lapses(on: date, until: date) -> Q:
    """Not missing on the first day, and missing after the second at the latest unless something is done."""
    proof = in_state(GapState.MET, on) & Q(proof_until_date__lte=until)
    accepted = Q(accepted_until_date__gte=on, accepted_until_date__lte=until)
    return proof & (_not_accepted(on) | accepted) | in_state(GapState.ACCEPTED, on) & accepted


class CapabilityQuerySet(models.QuerySet["CapabilityRecord"]):
    def visible_to(self, user: Any) -> Self:
        return self if user.is_active else self.none()

    def required(self) -> Self:
        return self.filter(is_required=True)

    def missing(self, on: date) -> Self:
        return self.filter(missing(on))

    def in_state(self, state: str, on: date) -> Self:
        return self.filter(in_state(state, on))


class CapabilityRecord(Recorded):
    """One capability of one workflow. A row comes when an assessment asks for it, and stays when none does any more.

    `is_required` follows the newest assessment; `accepted_until_date` is copied from the acceptance in force, and
    `proof_until_date` from the containment options, so that lists can filter and sort by all of them.
    """

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="capabilities")
    capability = models.CharField(_("capability"), max_length=24, choices=capability_choices)
    is_required = models.BooleanField(_("asked for"), default=True)
    is_met = models.BooleanField(_("met"), default=False)
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_url = models.URLField(_("link to the evidence"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("owner")
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("met by")
    )
    met_at = models.DateTimeField(_("met since"), null=True, blank=True)
    accepted_until_date = models.DateField(_("accepted until"), null=True, blank=True)
    proof_until_date = models.DateField(_("proof holds until"), null=True, blank=True)
    """Empty where it stands on no containment option; `containment_proof.NEVER` where nobody ever tried one."""
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["CapabilityRecord"]] = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("required capability")
        verbose_name_plural = _("required capabilities")
        ordering = ["due_date", "id"]
        indexes = [
            # Few of very many rows are open: these alone serve the list of gaps, the register's facet and the chase.
            models.Index(
                fields=["due_date", "id"],
                include=["workflow", "capability", "owner", "is_met", "accepted_until_date", "proof_until_date"],
                condition=MAY_BE_OPEN,
                name="capability_open_by_due",
            ),
            models.Index(
                fields=["workflow"],
                include=["capability", "due_date", "is_met", "accepted_until_date", "proof_until_date"],
                condition=MAY_BE_OPEN,
                name="capability_open_by_workflow",
            ),
            models.Index(fields=["owner", "due_date", "id"], condition=MAY_BE_OPEN, name="capability_open_by_owner"),
            models.Index(fields=["capability", "due_date", "id"], condition=MAY_BE_OPEN, name="capability_open_by_key"),
            models.Index(fields=["-met_at", "id"], name="capability_by_met"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "capability"], name="capability_once_per_workflow"),
            models.CheckConstraint(
                condition=Q(is_met=False, met_by__isnull=True, met_at__isnull=True)
                | Q(is_met=True, met_by__isnull=False, met_at__isnull=False),
                name="capability_met_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(is_met=False) | ~Q(evidence="") | ~Q(evidence_url=""), name="capability_met_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__startswith="https://"),
                name="capability_evidence_over_https",
            ),
            models.CheckConstraint(
                condition=Q(due_date__isnull=True) | Q(owner__isnull=False), name="capability_due_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_capability_display())

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("capability", args=[self.workflow_id, self.capability])

    @property
    def meaning(self) -> Capability | None:
        return next((known for known in CAPABILITIES if known.key == self.capability), None)

    @property
    def standing(self) -> Standing:
        return Standing(self.capability, self.is_met, self.due_date, self.accepted_until_date, self.proof_until_date)


class GapAcceptance(Recorded):
    """That a workflow lacks a capability is accepted until a day; asked for by one person, decided by another."""

    class Status(models.TextChoices):
        ASKED = "ASKED", _("Waiting for a decision")
        ACCEPTED = "ACCEPTED", _("Accepted")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        RENEWED = "RENEWED", _("Followed by another")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="gap_acceptances")
    capability = models.CharField(_("capability"), max_length=24, choices=capability_choices)
    reason = models.TextField(_("reason"))
    until_date = models.DateField(_("accepted until"))
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.ASKED)
    follows = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, verbose_name=_("follows"))
    """The acceptance that was in force when this one was asked for; both stay on record."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), blank=True)
    lapsed_at = models.DateTimeField(_("lapse noted"), null=True)
    """When it was noted that its time had passed. Whether it has passed is told by the date alone."""

    class Meta:
        verbose_name = _("acceptance of a gap")
        verbose_name_plural = _("acceptances of gaps")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workflow", "capability", "-id"], name="gap_acceptance_by_capability"),
            models.Index(
                fields=["until_date", "id"],
                condition=Q(status="ACCEPTED", lapsed_at__isnull=True),
                name="gap_acceptance_in_force",
            ),
            models.Index(fields=["id"], condition=Q(status="ASKED"), name="gap_acceptance_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "capability"],
                condition=Q(status="ACCEPTED", lapsed_at__isnull=True),
                name="gap_acceptance_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["workflow", "capability"], condition=Q(status="ASKED"), name="gap_acceptance_one_waits"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="gap_acceptance_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="gap_acceptance_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_reason="")),
                name="gap_acceptance_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status="ASKED", decided_by__isnull=True)
                | Q(status__in=["ACCEPTED", "REFUSED", "RENEWED"], decided_by__isnull=False)
                | Q(status="WITHDRAWN"),
                name="gap_acceptance_decided_when_settled",
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
                name="gap_acceptance_withdrawn_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(lapsed_at__isnull=True) | Q(status="ACCEPTED"), name="gap_acceptance_lapsed_was_accepted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_capability_display()}, {self.workflow}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("capability", args=[self.workflow_id, self.capability])

    def is_in_force(self, on: date) -> bool:
        """The last day is still inside."""
        return self.status == self.Status.ACCEPTED and on <= self.until_date
