"""Background work of the incident room. Each task looks into the database for what is to be done."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from incidents.services import (
    escalating,
    evidence_chase,
    owed_chasing,
    receiving,
    retention_due,
    webhook_events,
    webhook_redelivery,
    webhook_sending,
)
from incidents.services.damage import Alarm
from incidents.services.outputs import writing
from incidents.services.room import SEND_WEBHOOKS
from registry.kernel.audit.work import at_work
from registry.kernel.documents import parts
from registry.kernel.nudge import nudge_now
from registry.kernel.storage import checking, orphans, removal

WEBHOOK_SECONDS = 20.0
"""How long sending may keep a worker; what is left is sent by the next, so that other work has its turn."""


@shared_task(bind=True)
def check_evidence(self: "Task[Any, Any]") -> None:
    """Reads a part of what is stored again, raises the alarm, and takes away what was disposed of."""
    with at_work(self):
        parts.enter_missing()
        removal.remove_marked(at=timezone.now())
        checking.clear_abandoned(timezone.now())
        checking.sweep(Alarm(), clock=timezone.now)


@shared_task(bind=True)
def look_again(self: "Task[Any, Any]", pk: int) -> None:
    """Reads one stored file, with which something was odd, and raises the alarm."""
    with at_work(self):
        checking.look_again(pk, Alarm(), clock=timezone.now)


@shared_task(bind=True)
def clear_unclaimed(self: "Task[Any, Any]") -> None:
    """Removes stored content that has had no place in the record for days, once it is known what has one."""
    with at_work(self):
        if parts.enter_missing():
            orphans.clear(at=timezone.now())


@shared_task(bind=True)
def review_retention(self: "Task[Any, Any]") -> None:
    """Opens a review for evidence whose keeping has ended."""
    with at_work(self):
        retention_due.begin_missing(at=timezone.now())
        retention_due.open_reviews(at=timezone.now())


@shared_task(bind=True)
def confirm_received(self: "Task[Any, Any]") -> None:
    """Containment that every running instance has obeyed since is confirmed."""
    with at_work(self):
        receiving.confirm_received(at=timezone.now())


@shared_task(bind=True)
def escalate(self: "Task[Any, Any]") -> None:
    """Calls further people while nobody leads an incident, and about updates and evidence that do not come."""
    with at_work(self):
        escalating.escalate(at=timezone.now())
        evidence_chase.chase(at=timezone.now())


@shared_task(bind=True)
def chase_messages(self: "Task[Any, Any]") -> None:
    """Reminds of messages that are owed outside, before they are due, then and when they are late."""
    with at_work(self):
        owed_chasing.chase(at=timezone.now())


@shared_task(bind=True)
def write_outputs(self: "Task[Any, Any]", pk: int | None = None) -> None:
    """Writes a long list of outputs that came in, or every one that waits."""
    with at_work(self):
        if pk is None:
            writing.write_waiting(clock=timezone.now)
        else:
            writing.write(pk, clock=timezone.now)


@shared_task(bind=True)
def send_webhooks(self: "Task[Any, Any]") -> None:
    """What happened to incidents is written down for each endpoint, and what waits is sent."""
    with at_work(self):
        webhook_events.write_down(at=timezone.now())
        if webhook_sending.send_due(at=timezone.now, seconds=WEBHOOK_SECONDS):
            nudge_now(SEND_WEBHOOKS)


@shared_task(bind=True)
def forget_webhooks(self: "Task[Any, Any]") -> None:
    """Old deliveries leave the log."""
    with at_work(self):
        webhook_redelivery.forget(at=timezone.now())
