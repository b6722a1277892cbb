"""How incidents belong together. Each link is shown in both rooms, to whoever may see both."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded


class IncidentLink(Recorded):
    """Reads from `source` to `target`: the source is a duplicate of the target, was caused by it, came out of it."""

    class Kind(models.TextChoices):
        RELATED = "RELATED", _("Related to")
        CAUSED_BY = "CAUSED_BY", _("Caused by")
        DUPLICATE_OF = "DUPLICATE_OF", _("Duplicate of")
        SPLIT_FROM = "SPLIT_FROM", _("Split from")

    BY_HAND = (Kind.RELATED, Kind.CAUSED_BY, Kind.DUPLICATE_OF)
    BACKWARDS = {
        Kind.RELATED: _("Related to"),
        Kind.CAUSED_BY: _("Cause of"),
        Kind.DUPLICATE_OF: _("Has as duplicate"),
        Kind.SPLIT_FROM: _("Split into"),
    }
    """What the link is called when it is read from the target."""

    source = models.ForeignKey(Incident, models.PROTECT, related_name="links_out", verbose_name=_("incident"))
    target = models.ForeignKey(Incident, models.PROTECT, related_name="links_in", verbose_name=_("other incident"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    note = models.CharField(_("note"), max_length=500, blank=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("link between incidents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="incident_link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="incident_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
