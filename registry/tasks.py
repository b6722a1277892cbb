"""Background work of the registry and the kernel. Each task looks into the database for what is to be done."""

import socket
from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from registry.kernel.audit.work import at_work
from registry.kernel.documents import making
from registry.kernel.notify import tell
from registry.models import Heartbeat, RememberedAnswer
from registry.services import assessments

ANSWERS_KEPT = timedelta(days=2)


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
        making.render_waiting(at=timezone.now)


@shared_task(bind=True)
def end_overrides(self: "Task[Any, Any]") -> None:
    """Tier overrides whose last day has passed give way to the tier by the rules."""
    with at_work(self):
        assessments.end_overrides(at=timezone.now())
