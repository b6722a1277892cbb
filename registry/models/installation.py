"""The installation itself: whose it is, whether its data is made up, and which workers are alive."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class Installation(Recorded):
    """One row. `is_demo` marks every page and document as demonstration data."""

    organisation = models.CharField(_("organisation"), max_length=150, default="Holdfast")
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="installation_is_one_row")]

    def __str__(self) -> str:
        return self.organisation


class Heartbeat(models.Model):
    """When a background process last said that it is alive; written every few seconds, so without history."""

    name = models.CharField(max_length=100, primary_key=True)
    trouble = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
