"""Background work of the registry and the kernel. Each task looks into the database for what is to be done."""

import socket
from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from registry.filters.matching import workflows_of
from registry.kernel.audit.work import at_work
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.notify import tell
from registry.models import ControlChange, ControlInstance, Heartbeat, RegisterChange, RememberedAnswer
from registry.services import (
    assessments,
    attestation_chase,
    capability_requirements,
    digests,
    gap_chase,
    gate_chase,
    news_telling,
    orphan_chase,
    override_chase,
    readiness,
    record_checks,
    tier_moves,
    vendor_chase,
    view_watches,
    witnesses,
)

ANSWERS_KEPT = timedelta(days=2)
CHANGES_KEPT = timedelta(hours=1)
"""Whoever was away for longer reads everything anew."""
INSTANCES_KEPT = timedelta(days=30)
FOR_THE_LEDGER = timedelta(seconds=6)
"""The ledger signs within two seconds; what takes longer is left to the next sweep."""
CHECK_SECONDS = 20.0
"""How long one piece of the daily check may keep a worker."""


@shared_task
def heartbeat() -> None:
    """Says that a worker takes work; forgets answers of creating requests that nobody will repeat any more."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=f"worker@{socket.gethostname()}", defaults={"at": now})
    RememberedAnswer.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()


@shared_task(bind=True)
def deliver_mail(self: "Task[Any, Any]") -> None:
    with at_work(self):
        tell.deliver(at=timezone.now())


@shared_task(bind=True)
def render_documents(self: "Task[Any, Any]") -> None:
    with at_work(self):
        render_waiting(at=timezone.now, patience=FOR_THE_LEDGER)


@shared_task(bind=True)
def end_overrides(self: "Task[Any, Any]") -> None:
    """Tier overrides whose last day has passed give way to the tier by the rules."""
    with at_work(self):
        assessments.end_overrides(at=timezone.now())


@shared_task(bind=True)
def chase_overrides(self: "Task[Any, Any]") -> None:
    """People are told before an approved other tier ends, and when it has."""
    with at_work(self):
        override_chase.chase_overrides(at=timezone.now())


@shared_task(bind=True)
def follow_rules(self: "Task[Any, Any]") -> None:
    """Workflows get the tiers that newly approved rules give."""
    with at_work(self):
        tier_moves.follow_rules(at=timezone.now())


@shared_task(bind=True)
def chase_gaps(self: "Task[Any, Any]") -> None:
    """Owners hear of gaps that come due, and those concerned of acceptances that end."""
    with at_work(self):
        now = timezone.now()
        capability_requirements.take_up(at=now)
        gap_chase.chase(at=now)


@shared_task(bind=True)
def chase_attestations(self: "Task[Any, Any]") -> None:
    """Owners hear of what they still have to attest, and those above them of what is late."""
    with at_work(self):
        attestation_chase.chase(at=timezone.now())


@shared_task(bind=True)
def chase_orphans(self: "Task[Any, Any]") -> None:
    """Risk staff hear of what still names somebody who has left, and of what has no owner."""
    with at_work(self):
        orphan_chase.chase(at=timezone.now())


@shared_task(bind=True)
def chase_gates(self: "Task[Any, Any]") -> None:
    """Deciders, owners of conditions and those whose approval ends are reminded; lapses are noted."""
    with at_work(self):
        gate_chase.chase(at=timezone.now())


@shared_task(bind=True)
def refresh_readiness(self: "Task[Any, Any]") -> None:
    """What age alone has changed about the readiness of workflows, and those that were never judged."""
    with at_work(self):
        readiness.sweep(at=timezone.now())


@shared_task(bind=True)
def chase_vendors(self: "Task[Any, Any]") -> None:
    """Those who keep a relation hear of open questions, and of answers that end."""
    with at_work(self):
        vendor_chase.chase(at=timezone.now())


@shared_task(bind=True)
def send_checkpoints(self: "Task[Any, Any]") -> None:
    """The newest checkpoint to each witness outside that is due."""
    with at_work(self):
        witnesses.send_checkpoints(at=timezone.now)


@shared_task(bind=True)
def check_record(self: "Task[Any, Any]") -> None:
    """A piece of the daily check of records, history and log."""
    with at_work(self):
        record_checks.check_a_little(at=timezone.now, seconds=CHECK_SECONDS)


@shared_task(bind=True)
def tell_news(self: "Task[Any, Any]") -> None:
    """Whoever watches a workflow hears what happened to it."""
    with at_work(self):
        news_telling.tell_news(at=timezone.now())


@shared_task(bind=True)
def look_at_views(self: "Task[Any, Any]") -> None:
    """Whoever watches a saved view hears which workflows entered it and which left."""
    with at_work(self):
        view_watches.look(at=timezone.now(), matching=workflows_of)


@shared_task(bind=True)
def send_digests(self: "Task[Any, Any]") -> None:
    """What happened to watched workflows leaves by mail, at the hour each person chose."""
    with at_work(self):
        digests.send_due(at=timezone.now())


@shared_task
def forget_changes() -> None:
    """Clears what served its purpose: changes that every process has read, instances that were never seen again."""
    now = timezone.now()
    ControlChange.objects.filter(at__lt=now - CHANGES_KEPT).delete()
    RegisterChange.objects.filter(at__lt=now - CHANGES_KEPT).delete()
    ControlInstance.objects.filter(last_at__lt=now - INSTANCES_KEPT).delete()
