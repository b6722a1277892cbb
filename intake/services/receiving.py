"""Taking a delivery in: one statement that keeps the bytes and their hash, before anybody reads them.

Nothing but the database is needed for it: the worker is asked to look once what arrived is committed, by a thread that
nobody waits for. Where the broker is away, its sweep finds the delivery.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db import connection, transaction

from intake.formats.event import words
from intake.models import DeliveryBody, SignalDelivery, SignalSource
from intake.services.calling import worker
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
    delivery = SignalDelivery(
        source=source,
        received_at=at,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        content_type=words(content_type, 120),
        headers=kept(headers or {}),
        replay_key=replay_key,
        reported_by=reported_by,
    )
    if not _keep(delivery, body):
        return Taken(SignalDelivery.objects.get(source=source, replay_key=replay_key), is_new=False)
    transaction.on_commit(worker.call, robust=True)
    return Taken(delivery, is_new=True)


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that say what the body is, with names in lower case. Nothing that opens anything."""
    return {name: words(value, 500) for name, value in headers.items() if name in KEPT or name.startswith("ce-")}


def _keep(delivery: SignalDelivery, body: bytes) -> bool:
    """Store both rows in one statement, which is its own transaction where there is none; whether they are new.

    A delivery is what everybody waits for, so it takes one way to the database and back instead of four.
    """
    delivery.attribute()
    values = [field.get_db_prep_save(getattr(delivery, field.attname), connection) for field in _fields()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [*values, body])
        row = cursor.fetchone()
    if row is None:
        return False
    delivery.pk = row[0]
    delivery._state.adding, delivery._state.db = False, connection.alias
    return True


@cache
def _fields() -> list[Any]:
    return [field for field in SignalDelivery._meta.concrete_fields if not field.primary_key]


@cache
def _statement() -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in _fields())
    places = ", ".join(["%s"] * len(_fields()))
    key: Any = DeliveryBody._meta.pk
    return (
        f"WITH kept AS (INSERT INTO {quote(SignalDelivery._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of the schema alone
        " ON CONFLICT (source_id, replay_key) WHERE replay_key <> '' DO NOTHING RETURNING id)"
        f" INSERT INTO {quote(DeliveryBody._meta.db_table)} ({quote(key.column)}, content)"
        f" SELECT id, %s FROM kept RETURNING {quote(key.column)}"
    )
