"""Sending again what was sent before, trying an endpoint with a test, and forgetting old deliveries."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.happenings import TEST
from incidents.models import Incident, WebhookDelivery, WebhookEndpoint
from incidents.policies import webhooks as policies
from incidents.services.room import tell_outside
from incidents.services.webhook_events import delivery_of, envelope, in_json
from registry.kernel.access.verdict import require
from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict
from registry.kernel.outgoing.retrying import GIVE_UP_AFTER
from registry.models import User

KEPT: Final = timedelta(days=90)
"""How long the log of deliveries goes back."""
State = WebhookDelivery.State
LOST: Final = (State.GIVEN_UP, State.FAILED)


def visible_deliveries(user: User) -> "QuerySet[WebhookDelivery]":
    """Without those of restricted incidents that this person may not see."""
    seen = Incident.objects.visible_to(user)
    return WebhookDelivery.objects.filter(Q(incident__isnull=True) | Q(incident__in=seen.values("pk")))


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> WebhookDelivery:
    """A message that says nothing of any incident."""
    require(policies.may_manage, by, endpoint)
    _refuse_silent(endpoint)
    key = uuid.uuid4()
    event = envelope(key, TEST, at=at, subject="test", data={"message": "Holdfast reaches this endpoint."})
    delivery = delivery_of(endpoint, key, TEST, in_json(event), at=at, incident=None)
    delivery.save()
    tell_outside()
    return delivery


@transaction.atomic
def redeliver(delivery: WebhookDelivery, *, by: User, at: datetime) -> WebhookDelivery:
    """The same event with the same id, whether or not it arrived."""
    require(policies.may_redeliver, by, delivery)
    current = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint", "incident")
    row = current.get(pk=delivery.pk)
    _refuse_silent(row.endpoint)
    if row.state == State.WITHHELD and not row.endpoint.hears_restricted:
        raise Conflict(_("The incident is restricted, and this endpoint may not hear of those."))
    _again(WebhookDelivery.objects.filter(pk=row.pk), at=at)
    note("WEBHOOK_SENT_AGAIN", at=at, object_type=_label(), object_id=row.endpoint_id, detail={"events": 1})
    tell_outside()
    row.refresh_from_db()
    return row


@transaction.atomic
def redeliver_failed(endpoint: WebhookEndpoint, *, by: User, at: datetime, since: datetime) -> int:
    """Everything that did not arrive since then, as far as this person may see it; how many."""
    require(policies.may_send_again, by)
    _refuse_silent(endpoint)
    if since > at:
        raise ValidationError({"since": _("Choose a time that is past.")})
    rows = visible_deliveries(by).filter(endpoint=endpoint, state__in=LOST, created_at__gte=since)
    keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    if keys:
        _again(WebhookDelivery.objects.filter(pk__in=keys), at=at)
        detail = {"events": len(keys), "since": since.isoformat()}
        note("WEBHOOK_SENT_AGAIN", at=at, object_type=_label(), object_id=endpoint.pk, detail=detail)
        tell_outside()
    return len(keys)


def forget(*, at: datetime) -> int:
    """What is older than the log goes back and is over."""
    old = WebhookDelivery.objects.filter(created_at__lt=at - KEPT).exclude(state__in=WebhookDelivery.STILL_DUE)
    gone, _each = old.delete()
    return gone


def _again(rows: "QuerySet[WebhookDelivery]", *, at: datetime) -> None:
    rows.update(state=State.WAITING, next_attempt_at=at, give_up_at=at + GIVE_UP_AFTER, last_error="")


def _refuse_silent(endpoint: WebhookEndpoint) -> None:
    current = WebhookEndpoint.objects.get(pk=endpoint.pk)
    if not current.is_active:
        raise Conflict(_("This endpoint is switched off. Switch it on first."))
    if current.is_paused:
        raise Conflict(_("This endpoint is paused. Resume it first."))


def _label() -> str:
    return WebhookEndpoint._meta.label_lower
