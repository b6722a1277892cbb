"""Campaigns in which owners attest what the register says, and one attestation for each workflow in them."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from registry.attesting import WAITING, AttestationState, Part
from registry.kernel.audit.history import Recorded
from registry.models.workflow_words import Stage
from registry.models.workflows import Workflow

STILL_OPEN = Q(state__in=["OPEN", "CORRECTING"])


class CampaignQuerySet(models.QuerySet["AttestationCampaign"]):
    def visible_to(self, user: Any) -> Self:
        """As workflows: open to everyone who is signed in."""
        return self if user.is_active else self.none()

    def running(self) -> Self:
        return self.filter(status=AttestationCampaign.Status.OPEN)

    def with_progress(self) -> Self:
        """Each with how many are asked about, and how many of them are attested, excused, waited for and missed."""

        def number(*states: str) -> Count:
            return Count("attestations", filter=Q(attestations__state__in=states))

        return self.annotate(
            asked=Count("attestations"),
            attested=number("ATTESTED"),
            excused=number("EXCUSED"),
            waiting=number("OPEN", "CORRECTING"),
            missed=number("MISSED"),
        )


class AttestationCampaign(Recorded):
    """What is asked of the owners of the workflows in it. Which these are was decided when it began."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Going on")
        CLOSED = "CLOSED", _("Closed")

    name = models.CharField(_("name"), max_length=150)
    statement = models.TextField(_("statement"))
    parts = ArrayField(models.CharField(max_length=12, choices=Part.choices), verbose_name=_("parts"))
    view = models.CharField(_("view of the register"), max_length=2000, blank=True)
    """The address of the register when its rows were taken."""
    due_date = models.DateField(_("due"))
    remind_every_days = models.PositiveSmallIntegerField(_("days between reminders"))
    escalate_after_days = models.PositiveSmallIntegerField(_("days late before it is escalated"))
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("escalated to")
    )
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.OPEN)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    closing_note = models.TextField(_("note at the end"), blank=True)

    objects: ClassVar[CampaignQuerySet] = CampaignQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("attestation campaign")
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_date", "id"], condition=Q(status="OPEN"), name="campaign_open_by_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(statement="") & Q(parts__len__gt=0), name="campaign_says_what"
            ),
            models.CheckConstraint(
                condition=Q(remind_every_days__range=(1, 90), escalate_after_days__range=(0, 90)),
                name="campaign_rhythm_is_bearable",
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", closed_by__isnull=True, closed_at__isnull=True, closing_note="")
                | Q(status="CLOSED", closed_by__isnull=False, closed_at__isnull=False),
                name="campaign_closed_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("campaign", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def part_labels(self) -> list[str]:
        return [part.label for part in Part if part in self.parts]


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def visible_to(self, user: Any) -> Self:
        return self if user.is_active else self.none()

    def waiting(self) -> Self:
        """Somebody still has to attest, of a workflow that has not been retired meanwhile."""
        return self.filter(STILL_OPEN).exclude(workflow__stage=Stage.RETIRED)

    def late(self, on: date) -> Self:
        return self.waiting().filter(campaign__due_date__lt=on)

    def of(self, user: Any) -> Self:
        return self.filter(assignee=user)


class Attestation(Recorded):
    """One workflow in one campaign: who is asked, and what they signed.

    `seen` are the digests of the parts that were attested, so that it can be told later whether any of them changed.
    """

    State = AttestationState

    campaign = models.ForeignKey(AttestationCampaign, models.PROTECT, related_name="attestations")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="attestations")
    state = models.CharField(_("state"), max_length=10, choices=AttestationState.choices, default=AttestationState.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("asked")
    )
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("handed on by")
    )
    handed_at = models.DateTimeField(_("handed on"), null=True)
    handed_reason = models.TextField(_("why it was handed on"), blank=True)
    correction = models.TextField(_("what was not true"), blank=True)
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("attested by")
    )
    attested_at = models.DateTimeField(_("attested"), null=True)
    statement = models.TextField(_("statement signed"), blank=True)
    workflow_version = models.PositiveIntegerField(_("version of the record"), null=True)
    seen = models.JSONField(_("digests of what was attested"), default=dict)
    is_bulk = models.BooleanField(_("attested together with others"), default=False)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("excused by")
    )
    """Nobody, when the workflow was retired meanwhile."""
    excused_at = models.DateTimeField(_("excused"), null=True)
    excused_reason = models.TextField(_("why it was excused"), blank=True)

    objects: ClassVar[AttestationQuerySet] = AttestationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("attestation")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["assignee", "campaign", "id"], condition=STILL_OPEN, name="attestation_waiting_for"),
            models.Index(fields=["campaign", "state", "id"], name="attestation_by_state"),
            models.Index(fields=["workflow"], condition=STILL_OPEN, name="attestation_waiting_of"),
            models.Index(
                fields=["workflow", "-attested_at"], condition=Q(state="ATTESTED"), name="attestation_newest_of"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "workflow"], name="attestation_once_per_campaign"),
            models.CheckConstraint(
                condition=(
                    Q(state="ATTESTED", attested_by__isnull=False, attested_at__isnull=False)
                    & Q(workflow_version__isnull=False)
                    & ~Q(statement="")
                    & ~Q(seen={})
                )
                | (
                    ~Q(state="ATTESTED")
                    & Q(attested_by__isnull=True, attested_at__isnull=True, workflow_version__isnull=True)
                    & Q(statement="", seen={}, is_bulk=False)
                ),
                name="attestation_attested_by_and_at",
            ),
            models.CheckConstraint(
                condition=(Q(state="EXCUSED", excused_at__isnull=False) & ~Q(excused_reason=""))
                | (~Q(state="EXCUSED") & Q(excused_by__isnull=True, excused_at__isnull=True, excused_reason="")),
                name="attestation_excused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="CORRECTING") | ~Q(correction=""), name="attestation_correction_says_what"
            ),
            models.CheckConstraint(
                condition=Q(handed_by__isnull=True, handed_at__isnull=True, handed_reason="")
                | (Q(handed_by__isnull=False, handed_at__isnull=False) & ~Q(handed_reason="")),
                name="attestation_handed_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.workflow}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("attestation", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING
