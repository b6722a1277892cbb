"""Who outside hears of changes of incidents, what was sent to them, and what came back.

An endpoint is a record like every other. What was sent is a log of operation: it is kept for a time and then goes.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.happenings import LABELS, Happening
from incidents.models.incidents import Incident
from registry.kernel.audit.following import Place
from registry.kernel.audit.history import Recorded
from registry.severities import Severity


class WebhookEndpoint(Recorded):
    """An address outside that is told of incidents. Empty lists of event types, severities or workflows mean all."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    url = models.CharField(_("address"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhook_endpoints", verbose_name=_("owner")
    )
    """Told when nothing arrives any more."""
    happenings = ArrayField(
        models.CharField(max_length=30, choices=Happening.choices), verbose_name=_("hears of"), default=list, blank=True
    )
    severities = ArrayField(
        models.CharField(max_length=5, choices=Severity.choices), verbose_name=_("severities"), default=list, blank=True
    )
    workflow_ids = ArrayField(models.BigIntegerField(), verbose_name=_("workflows"), default=list, blank=True)
    hears_exercises = models.BooleanField(_("hears of exercises"), default=False)
    hears_restricted = models.BooleanField(_("hears of restricted incidents"), default=False)
    restricted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("let by")
    )
    restricted_at = models.DateTimeField(_("let"), null=True, blank=True)
    is_active = models.BooleanField(_("switched on"), default=True)
    since_entry = models.BigIntegerField(default=0)
    """The newest entry of the record when it was switched on: nothing earlier is sent."""
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    """By itself, because nothing arrived. What happens meanwhile waits."""
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    secret_set_at = models.DateTimeField(_("secret given out"))
    version = models.PositiveIntegerField(default=1)

    counter_fields = ("version",)

    class Meta:
        verbose_name = _("webhook endpoint")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hears_restricted=False, restricted_by__isnull=True, restricted_at__isnull=True)
                | Q(hears_restricted=True, restricted_by__isnull=False, restricted_at__isnull=False),
                name="webhook_restricted_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | ~Q(pause_reason=""), name="webhook_paused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class WebhookSecret(models.Model):
    """What messages to one endpoint are signed with. Several while one replaces another."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="secrets")
    value = models.CharField(max_length=300)
    """Encrypted."""
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    hidden_fields = ("value",)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"secret {self.pk} of {self.endpoint_id}"


class WebhookStanding(models.Model):
    """How sending to one endpoint goes. Held while something is sent there, so that one message follows another."""

    endpoint = models.OneToOneField(WebhookEndpoint, models.PROTECT, related_name="standing", primary_key=True)
    busy_until_at = models.DateTimeField(null=True)
    """Somebody is sending; after this moment they were killed."""
    rests_until_at = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(_("last arrived"), null=True)
    failures = models.PositiveIntegerField(default=0)
    """In a row."""
    failing_since_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.failures} failures"


class WebhookDelivery(models.Model):
    """One event for one endpoint, as it is sent. Sent again, it is the same event with the same id."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        FAILED = "FAILED", _("Failed, tried again")
        DELIVERED = "DELIVERED", _("Delivered")
        GIVEN_UP = "GIVEN_UP", _("Given up")
        WITHHELD = "WITHHELD", _("Withheld")

    STILL_DUE = (State.WAITING, State.FAILED)

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="webhook_deliveries")
    """None for a test."""
    event_id = models.UUIDField(_("event"))
    event_type = models.CharField(_("type"), max_length=60)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("created"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    give_up_at = models.DateTimeField()
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last status"), null=True, blank=True)
    last_error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_event_once")]
        indexes = [
            models.Index(fields=["endpoint", "-id"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["created_at"]),
            models.Index(
                fields=["endpoint", "next_attempt_at"], condition=Q(state__in=["WAITING", "FAILED"]), name="webhook_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

    @property
    def event_label(self) -> str:
        return str(LABELS.get(self.event_type, self.event_type))


class WebhookAttempt(models.Model):
    """One request, noted before it is made. Without a status and an error nobody lived to see how it ended."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(_("begun"))
    milliseconds = models.PositiveIntegerField(_("took"), null=True)
    headers = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.CharField(_("beginning of the answer"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="webhook_attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"


class WebhookCursor(Place):
    """How far the record has been read for endpoints. One row."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="webhook_cursor_is_one")]

    def __str__(self) -> str:
        return f"entry {self.entry_id}"
