"""A worker that is killed while it hands out a checkpoint: it arrives all the same, and the receipt is true."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from registry.kernel.ledger.witnesses.endpoint import EndpointWitness
from registry.kernel.ledger.witnesses.handing import hand_out
from registry.models import Receipt
from tests.ledger.outside.conftest import sealed
from tests.ledger.outside.serving import service
from tests.processes.conftest import Worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SEND = "registry.tasks.send_checkpoints"


def test_killed_between_sending_and_noting_it_sends_once_more(worker: Worker, monkeypatch: Any) -> None:
    newest = sealed()
    with service() as witness:
        monkeypatch.setenv("LEDGER_WITNESS_URL", witness.url)
        monkeypatch.setenv("LEDGER_WITNESS_FOLDER", "/dev/null/nowhere")

        def slowly(_body: bytes) -> tuple[int, dict[str, str], bytes]:
            time.sleep(3)
            return 200, {}, b"late"

        witness.answers = slowly
        worker.start()
        worker.nudge(SEND)
        wait_until(lambda: witness.heard)
        worker.kill()
        receipt = Receipt.objects.get(witness__startswith="http")
        assert (receipt.attempts, receipt.sent_at) == (1, None)

        witness.answers = lambda _body: (200, {}, b"taken")
        worker.start()
        worker.nudge(SEND)
        wait_until(lambda: Receipt.objects.get(witness__startswith="folder").attempts == 1)
        assert len(witness.heard) == 1, "the claim of the one that was killed still holds"
        Receipt.objects.filter(pk=receipt.pk).update(tried_at=timezone.now() - timedelta(minutes=2))
        worker.nudge(SEND)
        wait_until(lambda: Receipt.objects.filter(pk=receipt.pk, sent_at__isnull=False).exists())
        worker.nudge(SEND)
        worker.nudge(SEND)
        time.sleep(2)
        worker.stop()
    assert [heard.body.decode() for heard in witness.heard] == [newest.note] * 2
    assert bytes(Receipt.objects.get(pk=receipt.pk).answer) == b"taken"


def test_several_workers_at_once_send_one_checkpoint(tmp_path: Path) -> None:
    sealed()
    with service() as witness:

        def slowly(_body: bytes) -> tuple[int, dict[str, str], bytes]:
            time.sleep(0.5)
            return 200, {}, b""

        witness.answers = slowly

        def work() -> None:
            try:
                list(hand_out([EndpointWitness(witness.url)], at=timezone.now))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _each in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(witness.heard) == 1
    assert Receipt.objects.get().sent_at is not None
