"""Sending what waits: one message at a time to each endpoint, the oldest first, claimed before and noted after.

The claim is a transaction of its own, and so is the note of what came back; nothing is locked while the request runs.
Whoever is killed in between leaves a claim that runs out, and the message goes again with the same id: at least once,
never lost. To one endpoint messages go in the order of the record, except that one which failed does not hold up
those behind it.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from incidents.models import WebhookAttempt, WebhookDelivery, WebhookSecret, WebhookStanding
from incidents.services import webhook_failing
from registry.kernel.access import sealed_secrets
from registry.kernel.outgoing import signing
from registry.kernel.outgoing.addresses import NotAllowed, checked
from registry.kernel.outgoing.posting import MOST, SECONDS, Answer, NoAnswer, post
from registry.kernel.outgoing.retrying import GIVE_UP_AFTER, delay_after, rest_after

CLAIM: Final = timedelta(seconds=SECONDS * 6)
"""Longer than any request takes, resolving the name included."""
AGENT: Final = "Holdfast-Webhooks/1"
KEPT: Final = 1000
"""Characters of an answer that are kept."""
State = WebhookDelivery.State


@dataclass(frozen=True)
class Outcome:
    answer: Answer | None
    error: str
    headers: dict[str, str]
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return self.answer is not None and self.answer.is_taken


def send_due(*, at: Callable[[], datetime], seconds: float) -> bool:
    """Sends for at most so long; whether something may be left that is due."""
    end = time.monotonic() + seconds
    webhook_failing.give_up_overdue(at=at())
    while time.monotonic() < end:
        claimed = _claim(at=at())
        if claimed is None:
            return False
        if claimed.delivery is not None:
            outcome = _send(claimed.delivery, claimed.attempt, at=at())
            _settle(claimed.delivery, claimed.attempt, outcome, at=at())
    return True


def due(at: datetime) -> "QuerySet[WebhookDelivery]":
    return WebhookDelivery.objects.filter(state__in=WebhookDelivery.STILL_DUE, next_attempt_at__lte=at)


@dataclass(frozen=True)
class Claimed:
    """`delivery` is None where what was due turned out to be not for sending."""

    delivery: WebhookDelivery | None
    attempt: Any = None


@transaction.atomic
def _claim(*, at: datetime) -> Claimed | None:
    """The endpoint that waited longest since its last message, held for one; and the oldest that is due there."""
    waiting = due(at).filter(endpoint=OuterRef("pk"))
    free = Q(busy_until_at__isnull=True) | Q(busy_until_at__lte=at)
    rested = Q(rests_until_at__isnull=True) | Q(rests_until_at__lte=at)
    rows = WebhookStanding.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        free, rested, Exists(waiting), endpoint__is_active=True, endpoint__paused_at__isnull=True
    )
    standing = rows.order_by(F("last_attempt_at").asc(nulls_first=True)).first()
    if standing is None:
        return None
    delivery = due(at).filter(endpoint=standing.pk).select_related("endpoint", "incident").order_by("id").first()
    if delivery is None or _is_withheld(delivery):
        return Claimed(None)
    standing.busy_until_at, standing.last_attempt_at = at + CLAIM, at
    standing.save(update_fields=["busy_until_at", "last_attempt_at"])
    delivery.attempts += 1
    delivery.save(update_fields=["attempts"])
    return Claimed(delivery, WebhookAttempt.objects.create(delivery=delivery, number=delivery.attempts, at=at))


def _is_withheld(delivery: WebhookDelivery) -> bool:
    """What was written down for it may have become something that it must not hear."""
    incident = delivery.incident
    if incident is None or not incident.is_restricted or delivery.endpoint.hears_restricted:
        return False
    delivery.state, delivery.next_attempt_at = State.WITHHELD, None
    delivery.last_error = _("The incident is restricted, and this endpoint may not hear of those.")
    delivery.save(update_fields=["state", "next_attempt_at", "last_error"])
    return True


def _send(delivery: WebhookDelivery, attempt: WebhookAttempt, *, at: datetime) -> Outcome:
    """Outside of any transaction."""
    body, begun = delivery.body.encode(), time.monotonic()
    headers = {"Content-Type": "application/cloudevents+json; charset=utf-8", "User-Agent": AGENT}
    keys = list(_keys(delivery, at))
    if not keys:
        return Outcome(None, _("Its secret can no longer be opened. Replace the secret."), headers, 0)
    headers |= signing.headers(keys, message_id=str(delivery.event_id), timestamp=int(at.timestamp()), body=body)
    answer, error = None, ""
    try:
        answer = post(checked(delivery.endpoint.url), body, headers)
    except (NotAllowed, NoAnswer) as failure:
        error = str(failure)
    except OSError:
        error = _("The name of the host is not known.")
    if answer is not None and not answer.is_taken:
        error = _refusal(answer)
    return Outcome(answer, error[:300], headers, round((time.monotonic() - begun) * 1000))


def _refusal(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return _("It answered with a redirect (%(status)s), which is not followed.") % {"status": answer.status}
    return _("It answered with status %(status)s.") % {"status": answer.status}


def _keys(delivery: WebhookDelivery, at: datetime) -> Iterator[str]:
    """The newest first, without those that nobody can open any more since SECRET_KEY was changed."""
    rows = WebhookSecret.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), endpoint=delivery.endpoint_id)
    for kept in rows.order_by("-id").values_list("value", flat=True):
        if (value := sealed_secrets.opened(kept)) is not None:
            yield value


@transaction.atomic
def _settle(delivery: WebhookDelivery, attempt: WebhookAttempt, outcome: Outcome, *, at: datetime) -> None:
    standing = WebhookStanding.objects.select_for_update().get(pk=delivery.endpoint_id)
    current = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    _note(attempt, outcome)
    current.last_status = outcome.answer.status if outcome.answer is not None else None
    current.last_error = outcome.error
    standing.busy_until_at = None
    if outcome.is_taken:
        current.state, current.next_attempt_at, current.delivered_at = State.DELIVERED, None, at
        standing.failures, standing.failing_since_at, standing.rests_until_at = 0, None, None
        standing.last_success_at = at
    elif current.state in WebhookDelivery.STILL_DUE:
        _failed(current, standing, at=at)
    current.save(update_fields=["state", "next_attempt_at", "delivered_at", "last_status", "last_error"])
    standing.save()
    if not outcome.is_taken:
        webhook_failing.look(current, standing, at=at)


def _failed(delivery: WebhookDelivery, standing: WebhookStanding, *, at: datetime) -> None:
    """It is tried again, up to when it is given up. Attempts from before it was sent anew do not count."""
    tried = delivery.tries.filter(at__gte=delivery.give_up_at - GIVE_UP_AFTER).count()
    following = at + delay_after(max(tried, 1), random.random())  # noqa: S311 - scatters, guards nothing
    delivery.state = State.FAILED
    delivery.next_attempt_at = min(following, delivery.give_up_at)
    standing.failures += 1
    standing.failing_since_at = standing.failing_since_at or at
    standing.rests_until_at = at + rest_after(standing.failures)


def _note(attempt: WebhookAttempt, outcome: Outcome) -> None:
    answer = outcome.answer
    attempt.milliseconds, attempt.headers, attempt.error = outcome.milliseconds, outcome.headers, outcome.error
    attempt.status = answer.status if answer is not None else None
    attempt.answer = _text(answer.head) if answer is not None else ""
    attempt.save(update_fields=["milliseconds", "headers", "error", "status", "answer"])


def _text(head: bytes) -> str:
    return head[:MOST].decode("utf-8", "replace").replace("\x00", "�")[:KEPT]
