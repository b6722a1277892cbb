"""Asking the worker to look: after the commit, once for each thing asked."""

from typing import Any
from unittest.mock import patch

import pytest
from celery import current_app
from django.db import transaction

from registry.kernel.nudge import nudge

pytestmark = pytest.mark.django_db


def sent(work: Any, capture: Any) -> list[tuple[str, Any]]:
    with patch.object(current_app, "send_task") as send, capture(execute=True):
        work()
    return [(call.args[0], call.kwargs["args"]) for call in send.call_args_list]


def test_the_same_nudge_is_sent_once_a_transaction(django_capture_on_commit_callbacks: Any) -> None:
    def work() -> None:
        for _time in range(3):
            nudge("deliver")
        nudge("render", 1)
        nudge("render", 2)

    found = sent(work, django_capture_on_commit_callbacks)
    assert found == [("deliver", ()), ("render", (1,)), ("render", (2,))]


def test_a_nudge_inside_what_is_rolled_back_does_not_silence_a_later_one(
    django_capture_on_commit_callbacks: Any,
) -> None:
    def work() -> None:
        with transaction.atomic():
            nudge("deliver")
            transaction.set_rollback(True)
        nudge("deliver")

    assert sent(work, django_capture_on_commit_callbacks) == [("deliver", ())]


def test_a_broker_that_is_away_is_no_error(django_capture_on_commit_callbacks: Any) -> None:
    with (
        patch.object(current_app, "send_task", side_effect=OSError("no route")),
        django_capture_on_commit_callbacks(execute=True),
    ):
        nudge("deliver")
