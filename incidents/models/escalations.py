"""Whom the room called when nobody answered, or when an update was late."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.escalation import Channel
from registry.kernel.audit.history import Recorded


class Escalation(Recorded):
    """One attempt to reach one person. `since` is from when on nobody led, or when the update or the
    message was due."""

    class Occasion(models.TextChoices):
        NO_LEAD = "NO_LEAD", _("Nobody leads")
        UPDATE_SOON = "UPDATE_SOON", _("An internal update is due soon")
        UPDATE_DUE = "UPDATE_DUE", _("An internal update is due")
        UPDATE_LATE = "UPDATE_LATE", _("An internal update is late")
        SAY_SOON = "SAY_SOON", _("A message outside is due soon")
        SAY_DUE = "SAY_DUE", _("A message outside is due")
        SAY_LATE = "SAY_LATE", _("A message outside is late")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="escalations")
    occasion = models.CharField(_("why"), max_length=11, choices=Occasion)
    since = models.DateTimeField(_("since"))
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    """Of the escalation path, counted from 0; of a message outside, the number of its audience."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(_("by what the path asks for"), max_length=7, choices=Channel.choices)
    """A message and a mail go out by themselves; who is to be telephoned is shown to the people in the room."""
    at = models.DateTimeField(_("called"))

    never_changes = True

    class Meta:
        verbose_name = _("escalation")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "occasion", "since", "step", "person"], name="escalation_once_per_person_and_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.person}"
