"""Where outputs of an incident come from, and which of them stand for all: lists brought in, samples drawn."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded
from registry.models import StoredFile


class OutputList(Recorded):
    """One list of ids, checked whole when it came. A long one is written by the worker, a part at a time."""

    class Status(models.TextChoices):
        WAITING = "WAITING", _("Being written")
        DONE = "DONE", _("Written")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="output_lists")
    name = models.CharField(_("name"), max_length=250)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(_("ids on the list"))
    repeats = models.PositiveIntegerField(_("lines said again"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    known = models.PositiveIntegerField(_("known before"), default=0)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("brought in"))

    class Meta:
        verbose_name = _("list of outputs")
        verbose_name_plural = _("lists of outputs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(status="WAITING"), name="output_list_waiting")]

    def __str__(self) -> str:
        return self.name

    @property
    def done(self) -> int:
        return self.added + self.known


class OutputSample(Recorded):
    """A random sample: the first `size` of all ids in the order that `seed` gives (`incidents.sampling`)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="output_samples")
    seed = models.CharField(_("seed"), max_length=64)
    size = models.PositiveIntegerField(_("size"))
    population = models.PositiveIntegerField(_("drawn from"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("sample of outputs")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["incident"], name="one_sample_per_incident")]

    def __str__(self) -> str:
        return f"{self.size} of {self.population}"
