"""What was said about a step of the first hour that is not taken, or is to be taken after all."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.first_hour import Step
from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded


class FirstHourDecision(Recorded):
    """The newest of a step counts."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="first_hour_decisions")
    step = models.CharField(_("step"), max_length=12, choices=Step.choices)
    is_set_aside = models.BooleanField(_("set aside"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided"))

    never_changes = True

    class Meta:
        verbose_name = _("decision about the first hour")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {'set aside' if self.is_set_aside else 'taken up'}"
