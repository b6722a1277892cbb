"""How far the incident is: passages between states, times with their sources, and the parallel phases."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.lifecycle import Phase, PhaseStatus, State
from incidents.models.incidents import Incident
from incidents.times import TimeKind
from registry.kernel.audit.history import Recorded


class Passage(Recorded):
    """One change of state, with the gates that were overridden and why."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="passages")
    verb = models.CharField(max_length=20)
    source = models.CharField(_("from"), max_length=12, choices=State.choices)
    target = models.CharField(_("to"), max_length=12, choices=State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(_("reason"), blank=True)
    overridden = models.JSONField(default=list)
    """Sentences of the gates that were not met and were overridden with `reason`."""

    never_changes = True

    class Meta:
        verbose_name = _("change of state")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Moment(Recorded):
    """When something happened, kept apart from when it was typed. The newest row of a kind counts."""

    Kind = TimeKind

    class Precision(models.TextChoices):
        EXACT = "EXACT", _("To the second")
        MINUTE = "MINUTE", _("To the minute")
        HOUR = "HOUR", _("To the hour")
        DAY = "DAY", _("To the day")

    class Confidence(models.TextChoices):
        CONFIRMED = "CONFIRMED", _("Confirmed")
        LIKELY = "LIKELY", _("Likely")
        GUESS = "GUESS", _("Best guess")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="moments")
    kind = models.CharField(_("what"), max_length=12, choices=TimeKind.choices)
    at = models.DateTimeField(_("when"))
    source = models.CharField(_("source"), max_length=200)
    precision = models.CharField(_("precision"), max_length=6, choices=Precision, default=Precision.MINUTE)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, default=Confidence.CONFIRMED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))

    never_changes = True

    class Meta:
        verbose_name = _("time")
        ordering = ["id"]
        indexes = [models.Index(fields=["incident", "kind", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"


class PhaseTrack(Recorded):
    """One of the seven phases, which run beside each other."""

    Phase = Phase
    Status = PhaseStatus

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="phases")
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices)
    status = models.CharField(_("status"), max_length=14, choices=PhaseStatus.choices, default=PhaseStatus.NOT_STARTED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "phase"], name="phase_once_per_incident"),
            models.CheckConstraint(
                condition=~models.Q(status="NOT_APPLICABLE") | ~models.Q(reason=""),
                name="phase_not_applicable_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.get_status_display()}"
