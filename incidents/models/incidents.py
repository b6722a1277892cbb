"""The incident and who may see it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.lifecycle import State
from incidents.models import room_feed
from incidents.severity_inputs import Category
from registry.kernel.audit.asof import is_limited
from registry.kernel.audit.history import Recorded, Whole, recorded
from registry.kernel.searching import prefix_query
from registry.models import Role, Workflow
from registry.severities import Severity

ACTIVE = (State.TRIAGE, State.OPEN, State.CONTAINED, State.RECOVERING)
"""The room is live: people are called, clocks run, the strip is shown."""


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: Any) -> Self:
        """Everything that is not restricted, and of the restricted what this person was let into.

        Risk staff and auditors see all; so do whoever declared the incident and whoever holds a role in it.
        Whoever reads the past sees what they may see now, whatever was restricted then.
        """
        if not user.is_active:
            return self.none()
        if is_limited(self.model):
            return self
        if user.has(Role.RISK, Role.AUDITOR):
            return self
        return self.filter(
            Q(visibility=Incident.Visibility.NORMAL)
            | Q(declared_by=user)
            | Q(pk__in=RoomAccess.objects.filter(user=user).values("incident_id"))
            | Q(pk__in=_held_by(user))
        )

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def real(self) -> Self:
        """Without exercises, as figures count them."""
        return self.filter(is_exercise=False)

    def open_to_all(self) -> Self:
        """What may be told to everyone who is signed in."""
        return self.filter(visibility=Incident.Visibility.NORMAL)

    def to_review(self) -> Self:
        """Serious, real and over: a review is owed."""
        serious = self.real().filter(category=Category.INCIDENT, severity__in=[Severity.SEV1, Severity.SEV2])
        return serious.filter(state__in=[State.RESOLVED, State.CLOSED])

    def rehearsed(self) -> Self:
        """Exercises that got as far as containment."""
        reached = [State.CONTAINED, State.RECOVERING, State.RESOLVED, State.CLOSED]
        return self.filter(is_exercise=True, state__in=reached)

    def of_workflow(self, workflow: Workflow) -> Self:
        return self.filter(pk__in=IncidentWorkflow.objects.filter(workflow=workflow).values("incident_id"))

    def search_for(self, words: str) -> Self:
        number = words.upper().removeprefix("INC-").lstrip("0")
        by_number = Q(pk=int(number)) if number.isdigit() and len(number) < 10 else Q(pk__in=[])
        query = prefix_query(words)
        return self.filter(by_number if query is None else Q(search=query) | by_number)


def _held_by(user: Any) -> Any:
    from incidents.models.people import RoleAssignment

    return RoleAssignment.objects.filter(person=user, ended_at__isnull=True).values("incident_id")


class Incident(Whole):
    Category = Category
    """What was reported: run as an incident, worth learning from, or below the line."""

    class Kind(models.TextChoices):
        HARMFUL_OUTPUT = "HARMFUL_OUTPUT", _("Wrong or harmful output")
        DATA_EXPOSURE = "DATA_EXPOSURE", _("Data exposure")
        TOOL_MISUSE = "TOOL_MISUSE", _("Unauthorised or wrong action by a tool")
        UNFAIR_OUTCOME = "UNFAIR_OUTCOME", _("Biased or unfair outcome")
        MANIPULATION = "MANIPULATION", _("Prompt injection or manipulation")
        DRIFT = "DRIFT", _("Behaviour changed after a change")
        REVIEW_FAILURE = "REVIEW_FAILURE", _("Human review missed it")
        REPEATED_NEAR_MISS = "REPEATED_NEAR_MISS", _("Repeated near misses")
        UNKNOWN = "UNKNOWN", _("Not known yet")

    class Visibility(models.TextChoices):
        NORMAL = "NORMAL", _("Everyone who is signed in")
        RESTRICTED = "RESTRICTED", _("Named people, risk and auditors")

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what was seen"))
    harm_seen = models.TextField(_("harm seen or feared"), blank=True)
    category = models.CharField(_("category"), max_length=14, choices=Category.choices, default=Category.INCIDENT)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.UNKNOWN)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.TRIAGE)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity.choices, blank=True)
    """The severity in force, copied from the newest confirmed assessment."""
    visibility = models.CharField(_("visible to"), max_length=10, choices=Visibility, default=Visibility.NORMAL)
    is_exercise = models.BooleanField(_("exercise"), default=False)
    workflows: "models.ManyToManyField[Workflow, IncidentWorkflow]" = models.ManyToManyField(
        Workflow, through="IncidentWorkflow", related_name="incidents"
    )
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="declared_incidents")
    declared_at = models.DateTimeField(_("declared"))
    known_facts = models.JSONField(_("what we know"), default=list)
    """Pairs of label and text in the order they were entered; read them as `facts`."""
    facts_confirmed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    watch_until_at = models.DateTimeField(_("watched until"), null=True, blank=True)
    """End of the window in which signals must stay at baseline before the incident can be resolved."""
    recovery_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recovery_asked_at = models.DateTimeField(_("return to normal asked for"), null=True, blank=True)
    recovery_note = models.TextField(_("how the mitigation was validated"), blank=True)
    baseline_confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    baseline_confirmed_at = models.DateTimeField(_("signals confirmed at baseline"), null=True, blank=True)
    baseline_note = models.TextField(_("which signals, and where they stand"), blank=True)
    next_update_due_at = models.DateTimeField(_("next internal update"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", "harm_seen", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    history = recorded(excluded_fields=["search"])
    objects: ClassVar[models.Manager["Incident"]] = IncidentQuerySet.as_manager()

    counter_fields = ("version",)
    own_statements = staticmethod(room_feed.of_incidents)

    class Meta:
        verbose_name = _("incident")
        ordering = ["-id"]
        indexes = [
            GinIndex(fields=["search"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["severity", "-id"]),
            models.Index(fields=["category", "-id"]),
            models.Index(fields=["-declared_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="MERGED", merged_into__isnull=False)
                | (~Q(state="MERGED") & Q(merged_into__isnull=True)),
                name="incident_merged_names_target",
            ),
            models.CheckConstraint(
                condition=Q(recovery_asked_by__isnull=True, recovery_asked_at__isnull=True)
                | Q(recovery_asked_by__isnull=False, recovery_asked_at__isnull=False),
                name="incident_recovery_asked_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(baseline_confirmed_by__isnull=True, baseline_confirmed_at__isnull=True)
                | Q(baseline_confirmed_by__isnull=False, baseline_confirmed_at__isnull=False),
                name="incident_baseline_confirmed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(category="INCIDENT") | Q(severity=""), name="incident_severity_only_for_incidents"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"INC-{self.pk:04d}" if self.pk else "INC-new"

    @property
    def facts(self) -> dict[str, str]:
        """Label → text, the short list kept current in the room."""
        return dict(self.known_facts)

    @property
    def mark(self) -> str:
        """What the badge shows: the severity, or the category where there is none."""
        if self.category != self.Category.INCIDENT:
            return self.category
        return self.severity

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_restricted(self) -> bool:
        return self.visibility == self.Visibility.RESTRICTED

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.pk])


class IncidentWorkflow(Recorded):
    """A workflow that the incident concerns; exactly one is the primary."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="links")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="incident_links")
    is_primary = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("affected workflow")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "workflow"], name="incident_workflow_once"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(is_primary=True), name="incident_has_one_primary_workflow"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} concerns {self.workflow_id}"


class RoomAccess(Recorded):
    """A person let into a restricted incident, by whom and why."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="access")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("access to a restricted incident")
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="room_access_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.incident_id}"
