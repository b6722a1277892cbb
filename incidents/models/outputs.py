"""Outputs an incident may have affected: brought in as a list, decided one by one or many at once, put right."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.affected import Decision, Moved, Remedy, Standing, Tally
from incidents.models.incidents import Incident
from incidents.models.output_lists import OutputList, OutputSample
from registry.kernel.audit.history import Recorded

OWED = Q(decision="AFFECTED", remedied_at__isnull=True) & ~Q(remedy="NONE")
"""Affected, and what is to be done about it is not done."""


class OutputQuerySet(models.QuerySet["AffectedOutput"]):
    def owed(self) -> Self:
        return self.filter(OWED)

    def starting_with(self, beginning: str) -> Self:
        """By the beginning of the id, as an index finds it."""
        return self.filter(ref__startswith=beginning)


class AffectedOutput(Recorded):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="outputs", db_index=False)
    ref = models.CharField(_("id"), max_length=200)
    occurred_at = models.DateTimeField(_("produced"), null=True, blank=True)
    preview = models.CharField(_("preview"), max_length=1000, blank=True)
    link = models.CharField(_("link"), max_length=1000, blank=True)
    segment = models.CharField(_("segment"), max_length=100, blank=True)
    attributes = models.JSONField(_("also on the list"), default=dict, blank=True)
    listed_in = models.ForeignKey(OutputList, models.PROTECT, related_name="outputs", db_index=False)
    sample = models.ForeignKey(
        OutputSample, models.PROTECT, null=True, blank=True, related_name="outputs", db_index=False
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, default=Decision.UNDECIDED)
    moved = models.CharField(_("moved downstream"), max_length=7, choices=Moved.choices, default=Moved.UNKNOWN)
    remedy = models.CharField(_("put right by"), max_length=10, choices=Remedy.choices, default=Remedy.NONE)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    """Who found it ambiguous; somebody else settled it."""
    remedied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    remedied_at = models.DateTimeField(_("put right"), null=True)
    remedy_note = models.CharField(_("what was done"), max_length=500, blank=True)

    objects: ClassVar[models.Manager["AffectedOutput"]] = OutputQuerySet.as_manager()

    class Meta:
        verbose_name = _("affected output")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["incident", "id"], name="output_of_incident"),
            models.Index(fields=["incident", "decision", "id"], name="output_by_decision"),
            models.Index(fields=["incident", "id"], name="output_owed", condition=OWED),
            models.Index(fields=["incident", "segment", "id"], name="output_by_segment", condition=~Q(segment="")),
            models.Index(fields=["sample", "id"], name="output_of_sample", condition=Q(sample__isnull=False)),
            models.Index(
                fields=["incident", "ref"], name="output_by_ref", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["incident", "ref"], name="output_once"),
            models.CheckConstraint(
                condition=Q(decision="UNDECIDED", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="UNDECIDED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="output_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(first_by__isnull=True) | ~Q(first_by=F("decided_by")), name="output_second_look_by_another"
            ),
            models.CheckConstraint(
                condition=Q(remedy="NONE") | Q(decision="AFFECTED"), name="output_remedy_if_affected"
            ),
            models.CheckConstraint(
                condition=Q(remedied_by__isnull=True, remedied_at__isnull=True)
                | (Q(remedied_by__isnull=False, remedied_at__isnull=False) & ~Q(remedy="NONE")),
                name="output_remedied_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("output", args=[self.pk])

    @property
    def is_owed(self) -> bool:
        return self.decision == Decision.AFFECTED and self.remedy != Remedy.NONE and self.remedied_at is None

    @property
    def in_sample(self) -> bool:
        return self.sample_id is not None

    @property
    def standing(self) -> Standing:
        return Standing(self.decision, self.decided_by_id, self.first_by_id, self.remedied_at is not None)


class OutputShare(models.Model):
    """Who is to decide an undecided output. Goes with the decision; who was given how many stands in the timeline.

    A table of its own without history, since handing a hundred thousand out anew must not take half a minute.
    """

    output = models.OneToOneField(AffectedOutput, models.CASCADE, primary_key=True, related_name="share")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("share of the outputs")
        indexes = [models.Index(fields=["incident", "person", "output"], name="output_share_queue")]

    def __str__(self) -> str:
        return f"{self.output_id}: {self.person_id}"


class OutputTally(models.Model):
    """How far an incident's outputs are, kept by whatever changes one: no page counts a hundred thousand rows.

    Follows from the outputs, which have the history; read as of a moment, they are counted.
    """

    incident = models.OneToOneField(Incident, models.PROTECT, primary_key=True, related_name="output_tally")
    total = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    affected = models.PositiveIntegerField(default=0)
    ambiguous = models.PositiveIntegerField(default=0)
    unaffected = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    owed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of affected outputs")

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.affected} of {self.total}"

    @property
    def tally(self) -> Tally:
        return Tally(**{name: getattr(self, name) for name in Tally.__dataclass_fields__})
