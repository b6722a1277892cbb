"""The chase: its calendar, which is data, and every step taken, which is evidence."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models import Notice
from reviews.calendar import Rung
from reviews.models.actions import ActionItem


class ChaseCalendar(Recorded):
    """A version of when whom is reminded. The newest one in force counts."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    definition = models.JSONField(_("steps and ladder"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    effective_at = models.DateTimeField(_("in force from"))

    class Meta:
        verbose_name = _("chase calendar")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Chase calendar {self.number}"


class ChaseStep(Recorded):
    """One step of the chase of one item towards one person. Unique, so that no sweep takes it twice."""

    class Outcome(models.TextChoices):
        TOLD = "TOLD", _("Told")
        MISSED = "MISSED", _("Fell due while nothing ran; covered by a later notice")
        NOBODY = "NOBODY", _("Nobody holds this rung")

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="chase_steps")
    due_date = models.DateField()
    """The due date the step counted from; an extension starts a new count."""
    step = models.CharField(_("step"), max_length=10)
    rung = models.CharField(_("rung"), max_length=20)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey(ChaseCalendar, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("chase step")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "due_date", "step", "rung", "recipient"],
                nulls_distinct=False,
                name="chase_step_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.rung}"

    @property
    def rung_label(self) -> str:
        return Rung(self.rung).label
