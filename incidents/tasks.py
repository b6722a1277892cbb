"""Background work of the incident room. Each task looks into the database for what is to be done."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from incidents.services import retention_due
from incidents.services.damage import Alarm
from registry.kernel.audit.work import at_work
from registry.kernel.storage import checking, removal


@shared_task(bind=True)
def check_evidence(self: "Task[Any, Any]") -> None:
    """Reads a part of what is stored again, raises the alarm, and takes away what was disposed of."""
    with at_work(self):
        removal.remove_marked(at=timezone.now())
        checking.clear_abandoned(timezone.now())
        checking.sweep(Alarm(), clock=timezone.now)


@shared_task(bind=True)
def review_retention(self: "Task[Any, Any]") -> None:
    """Opens a review for evidence whose keeping has ended."""
    with at_work(self):
        retention_due.begin_missing(at=timezone.now())
        retention_due.open_reviews(at=timezone.now())
