"""What each sentence of a message rests on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.communications import Communication
from incidents.models.evidence import Evidence
from incidents.models.incidents import Incident
from incidents.models.timeline import TimelineEntry
from registry.kernel.audit.history import Recorded


class SentenceTie(Recorded):
    """One thing that one sentence rests on, or the reason why it rests on nothing that can be measured.

    It belongs to the words (`sentence_key`): as long as a sentence stays as it is, so does what it rests on.
    """

    class Kind(models.TextChoices):
        EVIDENCE = "EVIDENCE", _("Evidence")
        ENTRY = "ENTRY", _("Entry of the timeline")
        FACT = "FACT", _("Fact of the incident")
        TIME = "TIME", _("Time of the incident")
        NOTHING = "NOTHING", _("Nothing measurable")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="sentence_ties")
    communication = models.ForeignKey(Communication, models.PROTECT, related_name="ties")
    sentence_key = models.CharField(max_length=64)
    sentence = models.TextField(_("sentence"))
    kind = models.CharField(_("what it rests on"), max_length=8, choices=Kind)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name=_("evidence"))
    entry = models.ForeignKey(TimelineEntry, models.PROTECT, null=True, related_name="+", verbose_name=_("entry"))
    name = models.CharField(_("fact or time"), max_length=60, blank=True)
    """Label of the fact, or kind of the time."""
    value = models.TextField(_("what it said then"), blank=True)
    """Of a fact or a time, when it was tied."""
    reason = models.TextField(_("because"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("tied"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("taken away"), null=True)

    class Meta:
        verbose_name = _("what a sentence rests on")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="EVIDENCE", evidence__isnull=False, entry__isnull=True, name="", reason="")
                | Q(kind="ENTRY", evidence__isnull=True, entry__isnull=False, name="", reason="")
                | (Q(kind__in=["FACT", "TIME"], evidence__isnull=True, entry__isnull=True, reason="") & ~Q(name=""))
                | (Q(kind="NOTHING", evidence__isnull=True, entry__isnull=True, name="") & ~Q(reason="")),
                name="sentence_tie_names_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="sentence_tie_ended_by_and_at",
            ),
            models.UniqueConstraint(
                fields=["communication", "sentence_key", "kind", "evidence", "entry", "name"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="sentence_tied_once_to_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.sentence[:60]}"
