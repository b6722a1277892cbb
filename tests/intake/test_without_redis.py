"""With Redis gone every delivery is kept at once, and the sweep finds it."""

import socket
import time
from typing import Any

import pytest
from celery import Celery
from django.utils import timezone

from intake.models import SignalDelivery
from intake.services import receiving
from intake.services.calling import Caller
from intake.views import pacing
from registry.kernel import nudge
from tests.intake import making, messages
from tests.intake.test_receiving import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Cache and broker at an address where nobody listens; the settings are those of an installation."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}}
    broker = Celery("refused", broker=address, set_as_current=False)
    monkeypatch.setattr(nudge, "current_app", broker)
    monkeypatch.setattr(receiving, "worker", Caller())
    monkeypatch.setattr(pacing._away, "until", 0.0)
    return address


def test_a_delivery_is_kept_at_once_and_read_by_the_sweep(refused: str) -> None:
    source, token = making.source()
    begun = time.monotonic()
    answers = [send(source, messages.alertmanager(), token=token) for _time in range(3)]
    assert time.monotonic() - begun < 3, "nobody waits for a broker that is away"
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    making.take_in()
    assert set(SignalDelivery.objects.values_list("outcome", flat=True)) == {"READ"}


def test_whatever_goes_wrong_with_asking_the_worker_undoes_no_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def call(self) -> None:
            raise ZeroDivisionError

    source, _token = making.source()
    monkeypatch.setattr(receiving, "worker", Broken())
    assert receiving.receive(source, messages.alertmanager(), at=timezone.now()).is_new
    assert SignalDelivery.objects.count() == 1
