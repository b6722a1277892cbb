"""A status page outside that was told of the storm incident until it moved: what arrived there, and what did not."""

import json
from datetime import datetime, timedelta

from incidents.models import Incident, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookStanding
from incidents.services import webhook_endpoints, webhook_events
from registry.models import User

HEARS = ["DECLARED", "STATE_CHANGED", "CONTAINED", "SEVERITY_CHANGED", "COMMUNICATION_SENT"]
ANSWERS = (
    (200, '{"received":true}', ""),
    (200, '{"received":true}', ""),
    (503, "upstream is away", "It answered with status 503."),
)


def listening(cast: dict[str, User], *, now: datetime) -> WebhookEndpoint:
    """Before anything happens."""
    admin = cast["admin"]
    endpoint, _secret = webhook_endpoints.add(
        by=admin, at=now, name="Status page of the group", url="https://status.northgate.test/hooks/incidents",
        owner=admin, happenings=HEARS, reason="The group shows open incidents to its brokers.",
    )  # fmt: skip
    return endpoint


def told(endpoint: WebhookEndpoint, incident: Incident, cast: dict[str, User], *, now: datetime) -> None:
    """Nothing is really sent: the address leads nowhere, and the endpoint is switched off in the end."""
    webhook_events.write_down(at=now)
    rows = list(WebhookDelivery.objects.filter(endpoint=endpoint, incident=incident).order_by("id"))
    for number, row in enumerate(rows):
        status, answer, error = ANSWERS[min(number, len(ANSWERS) - 1)]
        at = datetime.fromisoformat(json.loads(row.body)["time"])
        _tried(row, status, answer, error, at=min(at + timedelta(seconds=2), now))
    webhook_endpoints.switch(
        endpoint, by=cast["admin"], at=now, on=False, reason="The status page moves to another provider."
    )


def _tried(row: WebhookDelivery, status: int, answer: str, error: str, *, at: datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=row, number=1, at=at, milliseconds=180 + row.pk % 90, status=status, error=error, answer=answer,
        headers={"content-type": "application/cloudevents+json; charset=utf-8", "webhook-id": str(row.event_id)},
    )  # fmt: skip
    row.attempts, row.last_status, row.last_error, row.next_attempt_at = 1, status, error, None
    row.state = WebhookDelivery.State.GIVEN_UP if error else WebhookDelivery.State.DELIVERED
    row.delivered_at = None if error else at
    row.save()
    if not error:
        WebhookStanding.objects.filter(endpoint=row.endpoint_id).update(last_attempt_at=at, last_success_at=at)
