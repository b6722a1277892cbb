"""What limits a running workflow: in force since when, by whom, and until whom it was taken back by."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.labelled import Labelled
from registry.models.containment import ContainmentOption
from registry.models.control import ControlInstance, who
from registry.models.workflows import Workflow
from registry.modes import Effect


class Source(Labelled):
    INCIDENT = "INCIDENT", _("In an incident")
    DRILL = "DRILL", _("In a drill")
    BREAK_GLASS = "BREAK_GLASS", _("By breaking the glass")


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def in_force(self) -> Self:
        return self.filter(released_at__isnull=True, void_at__isnull=True)

    def unconfirmed(self, *, seen_since: datetime) -> Self:
        """In force, driven, not yet known to have arrived everywhere, of workflows whose instances ask."""
        asking = ControlInstance.objects.filter(token__workflow=OuterRef("workflow"), last_at__gte=seen_since)
        return self.in_force().filter(Exists(asking), received_at__isnull=True).exclude(effect={})


class Restriction(Recorded):
    """One containment in force, or once in force: what it sets, since when, and until whom it was taken back by.

    The effect is a copy of what the option said when it was carried out. An empty effect is a containment that is done
    by hand: on record here, obeyed by nobody's program.
    """

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="restrictions")
    option = models.ForeignKey(ContainmentOption, models.PROTECT, null=True, blank=True, related_name="restrictions")
    name = models.CharField(_("name"), max_length=150)
    effect = models.JSONField(_("what it sets"), default=dict)
    source = models.CharField(_("how"), max_length=12, choices=Source.choices)
    incident_reference = models.CharField(_("incident"), max_length=20, blank=True)
    """Empty where the incident is restricted: what a workflow is told, everybody may read."""
    reason = models.TextField(_("reason"))
    applied_by = who(_("applied by"))
    operator = models.CharField(_("operator"), max_length=150, blank=True)
    """Who broke the glass, by the name on the machine; empty otherwise."""
    applied_at = models.DateTimeField(_("applied"))
    revision = models.BigIntegerField(_("revision"), default=0)
    """Its place among all changes of what is in force; 0 where nothing is driven."""
    override_id = models.UUIDField(null=True, blank=True, unique=True)
    received_at = models.DateTimeField(_("received everywhere"), null=True, blank=True)
    received_by = models.PositiveIntegerField(_("instances"), null=True, blank=True)
    """How many instances had it at that time."""
    void_at = models.DateTimeField(_("had no effect"), null=True, blank=True)
    """When it was found that what was done by hand did nothing. What is driven stays in force until taken back."""
    release_asked_by = who(_("release asked by"))
    release_asked_at = models.DateTimeField(_("release asked"), null=True, blank=True)
    release_reason = models.TextField(_("why it may be taken back"), blank=True)
    released_by = who(_("taken back by"))
    released_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    release_note = models.TextField(_("note of whoever agreed"), blank=True)
    release_revision = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[RestrictionQuerySet] = RestrictionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("restriction")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workflow", "-id"], name="restriction_of_workflow"),
            models.Index(
                fields=["id"],
                condition=Q(released_at__isnull=True, received_at__isnull=True, void_at__isnull=True),
                name="restriction_unconfirmed",
            ),
            models.Index(
                fields=["-id"], condition=Q(released_at__isnull=True, void_at__isnull=True), name="restriction_in_force"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="restriction_has_reason"),
            models.CheckConstraint(
                condition=Q(applied_by__isnull=False) | ~Q(operator=""), name="restriction_names_somebody"
            ),
            models.CheckConstraint(
                condition=Q(void_at__isnull=True) | Q(effect={}), name="restriction_void_only_by_hand"
            ),
            models.CheckConstraint(
                condition=Q(release_asked_by__isnull=True, release_asked_at__isnull=True, release_reason="")
                | (Q(release_asked_by__isnull=False, release_asked_at__isnull=False) & ~Q(release_reason="")),
                name="restriction_release_asked_by_at_why",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | (
                    Q(released_at__isnull=False, released_by__isnull=False, release_asked_by__isnull=False)
                    & ~Q(released_by=F("release_asked_by"))
                ),
                name="restriction_released_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sets(self) -> Effect:
        return Effect.read(self.effect)

    @property
    def is_driven(self) -> bool:
        return bool(self.effect)

    @property
    def is_of_incident(self) -> bool:
        """Carried out by an option in an incident or a drill, and taken back there; a broken glass is not."""
        return self.option_id is not None

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None and self.void_at is None

    @property
    def seconds_to_all(self) -> float | None:
        """From applied to received by all instances; nothing while some have not."""
        return None if self.received_at is None else max((self.received_at - self.applied_at).total_seconds(), 0.0)


class ControlRevision(models.Model):
    """One row: how many changes of what is in force there have been. Whoever makes the next one waits for this row."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


def last_change() -> Greatest:
    """The revision at which a restriction was last applied or taken back."""
    return Greatest("revision", "release_revision")
