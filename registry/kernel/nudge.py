"""Asking the worker to look at the database sooner than its next sweep would."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def nudge(task: str, *arguments: Any) -> None:
    """Send `task` once the transaction commits. A broker that is away is no error: the sweep finds the work.

    Asking for the same thing again in one transaction adds nothing: a hundred notices need one look at the outbox.
    """
    call = partial(_send, task, arguments)
    if not any(_same(call, waiting, savepoints) for savepoints, waiting, *_rest in _waiting()):
        transaction.on_commit(call)


def nudge_now(task: str, *arguments: Any) -> None:
    """Send `task` at once: for what must be done although this transaction will be undone."""
    _send(task, arguments)


def _waiting() -> Iterable[Any]:
    found: Iterable[Any] = transaction.get_connection().run_on_commit
    return found


def _same(call: "partial[None]", waiting: object, savepoints: set[str]) -> bool:
    """Whether `waiting` sends the same and stands as long as this place of the transaction does."""
    return (
        isinstance(waiting, partial)
        and waiting.func is call.func
        and waiting.args == call.args
        and savepoints <= set(transaction.get_connection().savepoint_ids)
    )


def _send(task: str, arguments: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(task, args=arguments, retry=False)
    except (OperationalError, OSError) as failure:
        log.warning("nudge not sent", task=task, failure=str(failure))
