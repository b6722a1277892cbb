"""Asking the worker to look at the database sooner than its next sweep would."""

from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def nudge(task: str, *arguments: Any) -> None:
    """Send `task` once the transaction commits. A broker that is away is no error: the sweep finds the work."""
    transaction.on_commit(partial(_send, task, arguments))


def _send(task: str, arguments: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(task, args=arguments, retry=False)
    except (OperationalError, OSError) as failure:
        log.warning("nudge not sent", task=task, failure=str(failure))
