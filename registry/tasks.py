"""Background work of the registry and the kernel. Each task looks into the database for what is to be done."""

import socket
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.documents import making
from registry.kernel.notify import tell
from registry.models import Heartbeat, RememberedAnswer

ANSWERS_KEPT = timedelta(days=2)


@shared_task
def heartbeat() -> None:
    """Says that a worker takes work; forgets answers of creating requests that nobody will repeat any more."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=f"worker@{socket.gethostname()}", defaults={"at": now})
    RememberedAnswer.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()


@shared_task
def deliver_mail() -> None:
    with acting(origin=Origin.TASK):
        tell.deliver(at=timezone.now())


@shared_task
def render_documents() -> None:
    with acting(origin=Origin.TASK):
        making.render_waiting(at=timezone.now)
