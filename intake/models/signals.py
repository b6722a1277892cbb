"""Signals received: one row for each thing a source tells apart, however often it says it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from intake.kinds import STANDING, State, Status
from intake.models.deliveries import SignalDelivery
from intake.models.sources import SignalSource
from registry.kernel.audit.asof import is_limited
from registry.kernel.audit.history import Whole, recorded
from registry.kernel.searching import prefix_query
from registry.models import Role, Workflow


class SignalQuerySet(models.QuerySet["ReceivedSignal"]):
    def visible_to(self, user: Any) -> Self:
        """Those who sort signals out and auditors see all, owners those of their workflows, reporters their own,
        and everybody those of incidents they see.

        What is tied to a restricted incident is seen by those who see the incident; so is, in the past, what was
        tied to one then and is free today.
        """
        if not user.is_active:
            return self.none()
        if is_limited(self.model):
            return self.filter(Q(incident__isnull=True) | Q(incident__in=Incident.objects.visible_to(user)))
        rows = self
        if not user.has(Role.RISK, Role.RESPONDER, Role.AUDITOR):
            owned = Q(workflow__in=Workflow.objects.owned_by(user)) | Q(reported_by=user)
            rows = rows.filter(owned | Q(incident__in=Incident.objects.visible_to(user)))
        if user.has(Role.RISK, Role.AUDITOR):
            return rows
        hidden = Incident.objects.filter(visibility=Incident.Visibility.RESTRICTED)
        hidden = hidden.exclude(pk__in=Incident.objects.visible_to(user).values("pk"))
        return rows.exclude(incident__in=hidden)

    def undecided(self) -> Self:
        return self.filter(state__in=[State.WAITING, State.LATER])

    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def to_wake(self, at: datetime) -> Self:
        return self.filter(state=State.LATER, later_until__lte=at)

    def search_for(self, words: str) -> Self:
        number = words.strip().upper().removeprefix("SIG-").lstrip("0")
        by_number = Q(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else Q(pk__in=[])
        query: SearchQuery | None = prefix_query(words)
        return self.filter(by_number if query is None else Q(search=query) | by_number)


class ReceivedSignal(Whole):
    source = models.ForeignKey(
        SignalSource, models.PROTECT, related_name="signals", verbose_name=_("source"), db_index=False
    )
    key = models.CharField(_("key"), max_length=300)
    """What the source tells it apart by."""
    is_current = models.BooleanField(default=True)
    """False once the same thing came again after it had been decided and was over: then a new row began."""
    status = models.CharField(_("as the source says"), max_length=12, choices=Status.choices)
    status_at = models.DateTimeField(_("since"))
    """By the clock of the source where it has one: what arrives late does not undo what is newer."""
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    level = models.CharField(_("level"), max_length=40, blank=True)
    """In the words of the source, in lower case."""
    labels = models.JSONField(_("labels"), default=dict)
    link = models.URLField(_("link"), max_length=1000, blank=True)
    workflow = models.ForeignKey(
        Workflow, models.PROTECT, related_name="received_signals", null=True, blank=True, verbose_name=_("workflow")
    )
    bound_by = models.CharField(_("found by"), max_length=8, blank=True)
    """LABEL, RULE, DEFAULT or PERSON."""
    first_seen_at = models.DateTimeField(_("first"))
    last_seen_at = models.DateTimeField(_("last"))
    count = models.PositiveBigIntegerField(_("times"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    later_until = models.DateTimeField(_("again"), null=True, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="signals", null=True, blank=True, verbose_name=_("incident"),
        db_index=False,
    )  # fmt: skip
    is_by_rule = models.BooleanField(_("by the rule of its source"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("text", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    counter_fields = ("count", "last_seen_at")
    history = recorded(excluded_fields=["search"])
    objects: ClassVar[models.Manager["ReceivedSignal"]] = SignalQuerySet.as_manager()

    class Meta:
        verbose_name = _("received signal")
        ordering = ["-last_seen_at", "-id"]
        indexes = [
            GinIndex(fields=["search"], name="received_signal_search"),
            models.Index(fields=["state", "-last_seen_at", "-id"], name="received_by_state"),
            models.Index(fields=["-last_seen_at", "-id"], name="received_by_last"),
            models.Index(fields=["incident", "id"], condition=Q(incident__isnull=False), name="received_of_incident"),
            models.Index(fields=["reported_by"], condition=Q(reported_by__isnull=False), name="received_by_reporter"),
            models.Index(fields=["source", "key"], condition=Q(is_current=False), name="received_before_by_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], condition=Q(is_current=True), name="received_signal_once_by_key"
            ),
            models.CheckConstraint(
                condition=Q(state="TIED", incident__isnull=False) | (~Q(state="TIED") & Q(incident__isnull=True)),
                name="received_signal_tied_names_incident",
            ),
            models.CheckConstraint(
                condition=~Q(state="DISMISSED")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="received_signal_dismissed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="LATER", later_until__isnull=False)
                | (~Q(state="LATER") & Q(later_until__isnull=True)),
                name="received_signal_later_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[str(status) for status in STANDING]), name="received_signal_status_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"SIG-{self.pk:05d}" if self.pk else "SIG-new"

    def get_absolute_url(self) -> str:
        return reverse("received-signal", args=[self.pk])

    @property
    def is_firing(self) -> bool:
        return self.status == Status.FIRING

    @property
    def is_decided(self) -> bool:
        return self.state in (State.TIED, State.DISMISSED)


class SignalSighting(models.Model):
    """That a delivery spoke of a signal. Each place of a delivery once: nothing is counted twice."""

    signal = models.ForeignKey(ReceivedSignal, models.PROTECT, related_name="sightings", db_index=False)
    delivery = models.ForeignKey(SignalDelivery, models.PROTECT, related_name="sightings", db_index=False)
    place = models.PositiveIntegerField()
    status = models.CharField(_("said"), max_length=12, choices=Status.choices)
    at = models.DateTimeField(_("when"))

    never_changes = True

    class Meta:
        verbose_name = _("sighting")
        ordering = ["-id"]
        indexes = [models.Index(fields=["signal", "-id"])]
        constraints = [models.UniqueConstraint(fields=["delivery", "place"], name="sighting_once")]

    def __str__(self) -> str:
        return f"{self.signal_id} in {self.delivery_id}"
