"""What was confirmed, or found untrue after all, of the criteria for running as before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.models import Workflow


class CriterionCheck(Recorded):
    """The newest of a criterion counts. Its words are kept as they stood in the playbook then."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="criterion_checks")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    criterion = models.CharField(_("criterion"), max_length=500)
    is_met = models.BooleanField(_("met"))
    note = models.TextField(_("what shows it"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("checked"))

    never_changes = True

    class Meta:
        verbose_name = _("criterion for the return to normal")
        ordering = ["id"]
        indexes = [models.Index(fields=["incident", "key", "-id"])]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="criterion_says_what_shows_it")]

    def __str__(self) -> str:
        return self.criterion
