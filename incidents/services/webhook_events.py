"""From the record to what waits to be sent: entries are read on, each once, and written down for each endpoint.

The record is written by the database with every change, in the same transaction, whatever made the change. So
nothing that was committed is missed and nothing that was rolled back is sent. The place up to which the record was
read is held while it moves on, and what waits is written in that same transaction.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from incidents.happenings import Happening
from incidents.models import Incident, WebhookCursor, WebhookDelivery, WebhookEndpoint
from incidents.services.webhook_changes import INCIDENT, READERS, Change, changes_of, incident_of
from registry.kernel.audit.following import newest, read_on
from registry.kernel.audit.models import AuditEntry
from registry.kernel.outgoing.retrying import GIVE_UP_AFTER
from registry.services.news import Step, steps_of

BATCH: Final = 1000
SPACE: Final = uuid.UUID("5f0c1d3e-3a5d-4f7b-9a50-8a1c2f6f6f0a")
"""In which the ids of events are made, so that the same step of the record always gives the same id."""


@dataclass(frozen=True)
class Event:
    """`row` is the incident as it was after the change, where the change is its own; otherwise as it is now."""

    step: Step
    change: Change
    incident: Incident
    row: Any

    @property
    def is_restricted(self) -> bool:
        """Then, or now: what was open then must not be told any more once it is restricted."""
        restricted = Incident.Visibility.RESTRICTED
        return restricted in {self.row.visibility, self.incident.visibility}

    @property
    def severities(self) -> set[str]:
        """Who hears of SEV-1 only hears of an incident that ceases to be one, too."""
        said = self.change.said if self.change.happening == Happening.SEVERITY_CHANGED else {}
        return {self.row.severity, str(said.get("from", self.row.severity))}


def begin() -> None:
    """Read from now on. Done once, by whoever comes first."""
    if not WebhookCursor.objects.exists():
        WebhookCursor.objects.get_or_create(pk=1, defaults={"entry_id": newest().entry_id})


def from_now_on() -> int:
    """The newest entry there is, with the cursor held to the end of the transaction: nobody who reads on meanwhile
    passes an entry without knowing of the endpoint that is being added or switched on.
    """
    begin()
    cursor = WebhookCursor.objects.select_for_update().get(pk=1)
    now = newest().entry_id
    if not WebhookEndpoint.objects.filter(is_active=True).exists():
        cursor.entry_id, cursor.mark_id, cursor.mark_writers = now, None, []
        cursor.save()
    return now


def write_down(*, at: datetime) -> int:
    """How many deliveries were written. While nobody listens the record is not read."""
    if not WebhookEndpoint.objects.filter(is_active=True).exists():
        return 0
    begin()
    written = 0
    while (more := _write_some(at=at)) is not None:
        written += more
    return written


@transaction.atomic
def _write_some(*, at: datetime) -> int | None:
    """A batch of entries; nothing when there is none left, or another worker is at it."""
    cursor = WebhookCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if cursor is None:
        return None
    endpoints = list(WebhookEndpoint.objects.filter(is_active=True))
    entries = read_on(cursor, Q(object_type__in=list(READERS)), limit=BATCH)
    if entries is None:
        return None
    rows = [row for event in _events(entries) for row in _deliveries(event, endpoints, at=at)]
    return len(WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True))


def _events(entries: list[AuditEntry]) -> Iterator[Event]:
    """In the order of the record."""
    found = [(label, step) for label, steps in steps_of(entries).items() for step in steps]
    found.sort(key=lambda pair: pair[1].entry.pk)
    numbers = {incident_of(label, step) for label, step in found}
    incidents = Incident.objects.defer("search").prefetch_related("workflows").in_bulk(numbers)
    for label, step in found:
        incident = incidents.get(incident_of(label, step))
        if incident is None:
            continue
        is_own_change = label == INCIDENT and step.old is not None
        for change in changes_of(label, step):
            yield Event(step, change, incident, step.new if is_own_change else incident)


def _deliveries(event: Event, endpoints: Iterable[WebhookEndpoint], *, at: datetime) -> Iterator[WebhookDelivery]:
    listening = [endpoint for endpoint in endpoints if hears(endpoint, event)]
    if not listening:
        return
    key = uuid.uuid5(SPACE, f"{event.step.entry.pk} {event.step.entry.at.isoformat()} {event.change.happening}")
    body = in_json(written(event, key))
    for endpoint in listening:
        yield delivery_of(endpoint, key, event.change.happening.type_name, body, at=at, incident=event.incident)


def delivery_of(
    endpoint: WebhookEndpoint, key: uuid.UUID, event_type: str, body: str, *, at: datetime, incident: Incident | None
) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint, incident=incident, event_id=key, event_type=event_type, body=body, created_at=at,
        next_attempt_at=at, give_up_at=at + GIVE_UP_AFTER,
    )  # fmt: skip


def hears(endpoint: WebhookEndpoint, event: Event) -> bool:
    if event.step.entry.pk <= endpoint.since_entry:
        return False
    if event.is_restricted and not endpoint.hears_restricted:
        return False
    if event.incident.is_exercise and not endpoint.hears_exercises:
        return False
    return _is_chosen(endpoint, event)


def _is_chosen(endpoint: WebhookEndpoint, event: Event) -> bool:
    """By what was chosen to hear of; where nothing was chosen, everything is."""
    concerned = {workflow.pk for workflow in event.incident.workflows.all()}
    return (
        (not endpoint.happenings or event.change.happening in endpoint.happenings)
        and (not endpoint.severities or bool(event.severities & set(endpoint.severities)))
        and (not endpoint.workflow_ids or bool(concerned & set(endpoint.workflow_ids)))
    )


def written(event: Event, key: uuid.UUID) -> dict[str, Any]:
    """The event as CloudEvents 1.0 has it in structured mode. `sequence` grows with every event of this source."""
    incident, row = event.incident, event.row
    about = {
        "id": incident.pk,
        "reference": incident.reference,
        "title": row.title,
        "category": row.category,
        "state": row.state,
        "severity": row.severity or None,
        "is_exercise": row.is_exercise,
        "workflows": [
            {"id": each.pk, "reference": each.reference, "name": each.name} for each in incident.workflows.all()
        ],
        "url": f"{settings.SITE_URL}{incident.get_absolute_url()}",
    }
    return envelope(
        key, event.change.happening.type_name, at=event.step.entry.at, subject=incident.reference,
        data={"incident": about, "change": event.change.said},
        sequence=f"{event.step.entry.pk:020d}", isexercise=row.is_exercise,
    )  # fmt: skip


def envelope(
    key: uuid.UUID, event_type: str, *, at: datetime, subject: str, data: dict[str, Any], **extensions: Any
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(key),
        "source": f"{settings.SITE_URL}/incidents/",
        "type": event_type,
        "time": at.isoformat(),
        "subject": subject,
        "datacontenttype": "application/json",
        **extensions,
        "data": data,
    }


def in_json(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
