"""What arrived, as it arrived: kept before anybody reads it, and never changed."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from intake.kinds import Outcome
from intake.models.sources import SignalSource
from registry.kernel.audit.context import Origin, current
from registry.kernel.ledger.governing import EnteredAs


class DeliveryQuerySet(models.QuerySet["SignalDelivery"]):
    def pending(self) -> Self:
        return self.filter(outcome=Outcome.PENDING)


class SignalDelivery(models.Model):
    """One message of a source. Append-only but for what came of it; its arrival is an entry of the ledger."""

    source = models.ForeignKey(SignalSource, models.PROTECT, related_name="deliveries", db_index=False)
    received_at = models.DateTimeField(_("received"))
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    content_type = models.CharField(_("content type"), max_length=120, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    """Those that say what the body is. Nothing that opens anything."""
    replay_key = models.CharField(max_length=200, blank=True)
    """Of signed messages, the signature: the same one is taken once."""
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    """Who wrote it, where it came through a form."""
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    problem = models.CharField(_("why not"), max_length=500, blank=True)
    events = models.PositiveIntegerField(_("signals in it"), default=0)
    processed_at = models.DateTimeField(_("read"), null=True)

    origin = models.CharField(max_length=10, default=Origin.UNKNOWN)
    unit_id = models.CharField(max_length=64, blank=True, default="")

    raw: bytes = b""
    """The body, while it is being read."""

    never_changes = True
    except_for = ("outcome", "problem", "events", "processed_at")
    entered_as = EnteredAs(
        "SIGNAL_RECEIVED", about="intake.signalsource", number="source_id", at="received_at", by="reported_by_id"
    )
    objects: ClassVar[models.Manager["SignalDelivery"]] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "-id"]),
            models.Index(fields=["source", "id"], condition=Q(outcome="PENDING"), name="delivery_pending"),
            models.Index(
                fields=["source", "id"], condition=Q(outcome__in=["UNREADABLE", "FAILED"]), name="delivery_not_read"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "replay_key"], condition=~Q(replay_key=""), name="delivery_signed_once"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"DLV-{self.pk:06d}" if self.pk else "DLV-new"

    def attribute(self) -> None:
        """To the unit of work at hand."""
        self.origin, self.unit_id = str(current().origin), current().unit_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.attribute()
        super().save(*args, **kwargs)


class DeliveryBody(models.Model):
    """The bytes as received, apart from the list of deliveries, which is read often. Their hash is in the ledger."""

    delivery = models.OneToOneField(SignalDelivery, models.PROTECT, primary_key=True, related_name="body")
    content = models.BinaryField()

    never_changes = True

    class Meta:
        verbose_name = _("body of a delivery")

    def __str__(self) -> str:
        return str(self.delivery_id)
