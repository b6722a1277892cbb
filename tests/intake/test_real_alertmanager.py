"""An Alertmanager as Debian packages it, configured with the snippet of the source's page, sends a real alert."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from intake.models import ReceivedSignal, SignalDelivery
from intake.services.addresses import address_of
from intake.views.snippets import snippets_of
from tests import shipped
from tests.intake import making

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _needed() -> Iterator[None]:
    if PROGRAM is None:
        assert not os.environ.get("CI"), "prometheus-alertmanager is missing, and CI must not go without this test."
        pytest.skip("No prometheus-alertmanager: sh bin/system pdf browser")
    shipped.restore()
    yield
    shipped.restore()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(condition: Any, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def post(address: str, alerts: list[dict[str, Any]]) -> None:
    body = json.dumps(alerts).encode()
    asked = urllib.request.Request(f"{address}/api/v2/alerts", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=5).close()


def test_a_real_alert_fires_and_is_resolved(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.SITE_URL = live_server.url
    source, token = making.source()
    assert address_of(source).startswith(live_server.url)
    (snippet,) = snippets_of(source, token)
    route = "route:\n  receiver: holdfast\n  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n"
    (tmp_path / "alertmanager.yml").write_text(route + snippet.text)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [
        str(PROGRAM), f"--config.file={tmp_path}/alertmanager.yml", f"--storage.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as running:
        try:
            wait(lambda: is_ready(address))
            alert = {
                "labels": {"alertname": "WrongAnswers", "severity": "critical", "service": "letters"},
                "annotations": {"summary": "One letter in ten is wrong"},
                "generatorURL": "http://prometheus.example.test/graph",
            }
            post(address, [alert])
            wait(SignalDelivery.objects.exists)
            making.take_in()
            signal = ReceivedSignal.objects.get()
            assert (signal.title, signal.status, signal.level) == ("One letter in ten is wrong", "FIRING", "critical")
            post(address, [{**alert, "endsAt": timezone.now().isoformat()}])
            wait(lambda: SignalDelivery.objects.count() > 1)
            making.take_in()
            signal.refresh_from_db()
            assert signal.status == "RESOLVED", SignalDelivery.objects.latest("pk").body.content
            assert set(SignalDelivery.objects.values_list("outcome", flat=True)) == {"READ"}
        finally:
            running.terminate()
            running.wait(timeout=20)
