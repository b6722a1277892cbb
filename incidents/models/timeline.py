"""The timeline: append-only. A correction is a new entry that supersedes an old one; both stay."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import room_feed
from incidents.models.incidents import Incident
from registry.kernel.audit.history import Recorded


class TimelineEntry(Recorded):
    class Kind(models.TextChoices):
        UPDATE = "UPDATE", _("Update")
        DECISION = "DECISION", _("Decision")
        OBSERVATION = "OBSERVATION", _("Observation")
        DECLARED = "DECLARED", _("Declared")
        STATE = "STATE", _("State")
        SEVERITY = "SEVERITY", _("Severity")
        ROLE = "ROLE", _("Role")
        CONTAINMENT = "CONTAINMENT", _("Containment")
        EVIDENCE = "EVIDENCE", _("Evidence")
        COMMUNICATION = "COMMUNICATION", _("Communication")
        OBLIGATION = "OBLIGATION", _("Obligation")
        REVIEW = "REVIEW", _("Review")
        ACTION = "ACTION", _("Action item")
        TIME = "TIME", _("Time set")
        STEP = "STEP", _("First hour")
        OUTPUTS = "OUTPUTS", _("Affected outputs")
        BACKLOG = "BACKLOG", _("Backlog")
        SIGNAL = "SIGNAL", _("Signal")

    MANUAL_KINDS = (Kind.UPDATE, Kind.DECISION, Kind.OBSERVATION)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="timeline")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    text = models.TextField(_("text"))
    data = models.JSONField(default=dict)
    """Decision: consulted, rejected, revisit_at. Automatic entries: what they point to."""
    occurred_at = models.DateTimeField(_("happened"))
    entered_at = models.DateTimeField(_("entered"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_automatic = models.BooleanField(default=False)
    is_internal_update = models.BooleanField(default=False)
    """Whether it counts as the periodic internal update that the severity asks for."""
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("corrects")
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    never_changes = True
    except_for = ("pinned_at", "pinned_by_id")
    own_statements = staticmethod(room_feed.of_entries)

    class Meta:
        verbose_name = _("timeline entry")
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(fields=["incident", "-occurred_at", "-id"]),
            models.Index(fields=["incident", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pinned_at__isnull=True, pinned_by__isnull=True)
                | models.Q(pinned_at__isnull=False, pinned_by__isnull=False),
                name="timeline_pinned_by_and_at",
            ),
            models.CheckConstraint(
                condition=models.Q(is_automatic=True) | models.Q(author__isnull=False),
                name="timeline_manual_entry_has_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
