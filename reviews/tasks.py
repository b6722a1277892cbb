"""Background work of reviews and remediation. Each task looks into the database for what is to be done."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from registry.kernel.audit.work import at_work
from reviews.services import chasing

ITEMS_A_SWEEP = 500


@shared_task(bind=True)
def chase(self: "Task[Any, Any]") -> None:
    """Takes every owed step of the chase, in sweeps of a bounded number of items."""
    with at_work(self):
        while chasing.chase(at=timezone.now(), limit=ITEMS_A_SWEEP) == ITEMS_A_SWEEP:
            continue
