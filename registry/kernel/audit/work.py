"""What a background task changes is attributed to the task, by its id."""

from contextlib import AbstractContextManager
from typing import Any

from celery import Task

from registry.kernel.audit.context import Acting, Origin, acting


def at_work(task: "Task[Any, Any]") -> AbstractContextManager[Acting]:
    return acting(origin=Origin.TASK, unit_id=str(task.request.id or ""))
