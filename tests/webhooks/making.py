"""What tests of webhooks start from: a receiver on this machine, an endpoint there, and a clock that can be moved."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.services import webhook_endpoints, webhook_events, webhook_sending
from registry.kernel.outgoing.signing import signature
from tests import people
from tests.ledger.outside.serving import Heard, Service


def allow_this_machine(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def endpoint(url: str, name: str = "Status page", **said: Any) -> tuple[WebhookEndpoint, str]:
    admin = people.administrator()
    given = {"owner": admin, **said}
    return webhook_endpoints.add(by=admin, at=timezone.now(), name=name, url=url, **given)


def deliver(at: datetime | None = None) -> None:
    """What the task does, at another time if wanted."""
    webhook_events.write_down(at=timezone.now())
    moment = at or timezone.now()
    webhook_sending.send_due(at=lambda: moment, seconds=60)


def later(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


def events(receiver: Service) -> list[dict[str, Any]]:
    return [json.loads(heard.body) for heard in receiver.heard]


def types(receiver: Service) -> list[str]:
    return [each["type"].removeprefix("holdfast.incident.").removesuffix(".v1") for each in events(receiver)]


def headers(heard: Heard) -> dict[str, str]:
    return {name.lower(): value for name, value in heard.headers.items()}


def is_signed(heard: Heard, secret: str) -> bool:
    given = headers(heard)
    right = signature(
        secret, message_id=given["webhook-id"], timestamp=int(given["webhook-timestamp"]), body=heard.body
    )
    return right in given["webhook-signature"].split(" ")


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.get()
