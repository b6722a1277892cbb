"""Background work of the intake. It looks into the database for what is to be done."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from intake.services import deciding, turning
from registry.kernel.audit.work import at_work


@shared_task(bind=True)
def take_in(self: "Task[Any, Any]") -> None:
    """Turns deliveries into signals until there are none, and wakes what rested."""
    with at_work(self):
        while turning.sweep(at=timezone.now()):
            continue
        while deciding.wake(at=timezone.now()):
            continue
