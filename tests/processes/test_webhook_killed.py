"""A worker that is killed while it sends: the message arrives all the same, with the id it had."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import WebhookDelivery, WebhookStanding
from tests.incidents import making
from tests.ledger.outside.serving import service
from tests.processes.conftest import Worker, wait_until
from tests.webhooks.making import allow_this_machine, endpoint, headers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SEND = "incidents.tasks.send_webhooks"


def test_killed_between_sending_and_noting_it_sends_once_more(
    worker: Worker,
    monkeypatch: Any,
    settings: Any,
) -> None:
    allow_this_machine(settings)
    monkeypatch.setenv("WEBHOOK_ALLOW_HTTP", "1")
    monkeypatch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8")
    with service() as receiver:

        def slowly(_body: bytes) -> tuple[int, dict[str, str], bytes]:
            time.sleep(3)
            return 200, {}, b"late"

        receiver.answers = slowly
        endpoint(receiver.url, happenings=["DECLARED"])
        making.declared()
        worker.start()
        worker.nudge(SEND)
        wait_until(lambda: receiver.heard)
        worker.kill()
        broken_off = WebhookDelivery.objects.get()
        assert (broken_off.state, broken_off.attempts) == ("WAITING", 1)

        receiver.answers = lambda _body: (200, {}, b"taken")
        WebhookStanding.objects.update(busy_until_at=timezone.now() - timedelta(seconds=1))
        worker.start()
        worker.nudge(SEND)
        wait_until(lambda: WebhookDelivery.objects.filter(state="DELIVERED").exists())
        worker.nudge(SEND)
        time.sleep(1)
        worker.stop()
    assert len(receiver.heard) == 2
    assert len({headers(heard)["webhook-id"] for heard in receiver.heard}) == 1
    assert WebhookDelivery.objects.get().tries.count() == 2
