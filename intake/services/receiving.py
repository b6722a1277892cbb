"""Taking a delivery in: one small transaction that keeps the bytes and their hash, before anybody reads them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import IntegrityError, transaction

from intake.formats.event import words
from intake.models import DeliveryBody, SignalDelivery, SignalSource
from registry.kernel.nudge import nudge
from registry.models import User

MOST_BYTES: Final = 1024 * 1024
KEPT: Final = (
    "user-agent",
    "request-id",
    "x-request-id",
    "traceparent",
    "sentry-hook-resource",
    "sentry-hook-timestamp",
)
TASK: Final = "intake.tasks.take_in"
NUDGE_EVERY: Final = 1.0
"""Seconds. Hundreds of deliveries a second need one look at the database; the sweep finds what comes after it."""


@dataclass(frozen=True)
class Taken:
    delivery: SignalDelivery
    is_new: bool


def receive(
    source: SignalSource,
    body: bytes,
    *,
    at: datetime,
    content_type: str = "",
    headers: Mapping[str, str] | None = None,
    replay_key: str = "",
    reported_by: User | None = None,
) -> Taken:
    """Keep the delivery. The same signed message again is the delivery that is there already."""
    try:
        with transaction.atomic():
            delivery = SignalDelivery.objects.create(
                source=source,
                received_at=at,
                sha256=hashlib.sha256(body).hexdigest(),
                size=len(body),
                content_type=words(content_type, 120),
                headers=kept(headers or {}),
                replay_key=replay_key,
                reported_by=reported_by,
            )
            DeliveryBody.objects.create(delivery=delivery, content=body)
            if cache.add("intake-nudged", 1, timeout=NUDGE_EVERY):
                nudge(TASK)
    except IntegrityError:
        earlier = SignalDelivery.objects.filter(source=source, replay_key=replay_key).exclude(replay_key="").first()
        if earlier is None:
            raise
        return Taken(earlier, is_new=False)
    return Taken(delivery, is_new=True)


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that say what the body is, with names in lower case. Nothing that opens anything."""
    return {name: words(value, 500) for name, value in headers.items() if name in KEPT or name.startswith("ce-")}
