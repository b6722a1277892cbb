"""Signals taken in: deliveries by HTTP to real web processes while a worker turns them into signals, and a burst.

The load comes from `wrk`, by connections that stay open, on the same cores as the web processes, the worker and
PostgreSQL. Alerts repeat, so that nearly all are counted onto a row that is there. Two floors in the same run: an
application of six lines on the same server, and the same rows written by plain SQL, a commit for each delivery.
The burst is of 50,000 different alerts, and by rule of its source one incident must come of it.
"""

import http.client
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.utils import timezone

from benchmarks.control import ECHO
from benchmarks.control_world import serving, wrk

ROUNDS = int(os.environ.get("BENCH_INTAKE_ROUNDS", "3"))
DIFFERENT = 400
BURST, IN_ONE = 50_000, 100
SENDERS = 4
MEANT = 300
FLOOR_SECONDS = 3.0
SCRIPT = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %s"
wrk.headers["Content-Type"] = "application/json"
request = function() return wrk.format(nil, nil, nil, bodies[math.random(#bodies)]) end
"""


@dataclass(frozen=True)
class Load:
    name: str
    script: Path
    body: bytes
    """One of them, for the floor in SQL."""


def run() -> Iterator[str]:
    from tests.intake import making

    source, token = making.source(promotes=True, promote_levels=["critical"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "echo.py").write_text(ECHO)
        if shutil.which("wrk") is None:
            yield "wrk is not installed: no figures of deliveries a second"
        else:
            yield from _sustained(source, _loads(folder, token), folder)
        yield from _burst(folder)


def _loads(folder: Path, token: str) -> list[Load]:
    from tests.intake import messages

    found = []
    for name, alerts in (("one alert each", 1), ("five alerts each", 5)):
        bodies = [
            messages.alertmanager(*(messages.alert(fingerprint=str((first + n) % DIFFERENT)) for n in range(alerts)))
            for first in range(DIFFERENT)
        ]
        (folder / f"{alerts}.txt").write_bytes(b"\n".join(bodies))
        script = folder / f"{alerts}.lua"
        script.write_text(SCRIPT % (folder / f"{alerts}.txt", token))
        found.append(Load(name, script, bodies[0]))
    return found


def _sustained(source: Any, loads: list[Load], folder: Path) -> Iterator[str]:
    from django.urls import reverse

    path = reverse("signal-in", args=["alertmanager", source.public_id])
    for processes in (1, 2):
        with (
            serving("echo:app", folder, processes) as (floor, _echo),
            serving("config.asgi:application", folder, processes) as (port, _site),
        ):
            for load in loads:
                echoed = wrk(f"http://127.0.0.1:{floor}/", load.script)[0]
                written = _written(source, load.body)
                rounds = [_round(source, f"http://127.0.0.1:{port}{path}", load) for _number in range(ROUNDS)]
                rates = [rate for rate, _p99, _left in rounds]
                rate = statistics.median(rates)
                yield (
                    f"{processes} web process{'es' * (processes > 1)}, {load.name:<16} {rate:6,.0f} deliveries "
                    f"a second (meant: {MEANT}), p99 {statistics.median(p99 for _rate, p99, _left in rounds):4.0f} ms, "
                    f"{max(left for _rate, _p99, left in rounds):,} left unread at the end; {rate / echoed:.2f} times "
                    f"the echo, {rate / written:.2f} times plain SQL, spread {max(rates) / min(rates):.1f}×"
                )


def _round(source: Any, url: str, load: Load) -> tuple[float, float, int]:
    """Deliveries a second, their 99th percentile in milliseconds, and how many the worker had not read then.

    Afterwards all are read, and none may be lost or counted twice.
    """
    from django.db.models import Sum

    from intake.models import ReceivedSignal, SignalDelivery

    before = SignalDelivery.objects.filter(source=source).count()
    with Worker():
        rate, p99 = wrk(url, load.script)
        left = SignalDelivery.objects.pending().count()
    _take_in()
    rows = SignalDelivery.objects.filter(source=source)
    said = rows.aggregate(all=Sum("events"))["all"]
    counted = ReceivedSignal.objects.filter(source=source).aggregate(all=Sum("count"))["all"]
    assert said == counted, (said, counted)
    assert rows.count() > before
    assert not rows.exclude(outcome="READ").exists()
    return rate, p99, left


class Worker:
    """One that reads while the site receives, in this process, which does nothing else meanwhile."""

    def __enter__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def __exit__(self, *_failure: object) -> None:
        self._ending.set()
        self._thread.join()

    def _work(self) -> None:
        from django.db import connection

        from intake.services import turning

        try:
            while not self._ending.is_set():
                if not turning.sweep(at=timezone.now()):
                    self._ending.wait(0.2)
        finally:
            connection.close()


def _written(source: Any, body: bytes) -> float:
    """Deliveries a second by plain SQL over one connection: the rows, their entry in the ledger, and the commit."""
    from django.db import connection

    from intake.models import SignalSource

    end, count = time.perf_counter() + FLOOR_SECONDS, 0
    other = SignalSource.objects.get_or_create(
        kind="PEOPLE", defaults={"name": "People", "created_at": timezone.now()}
    )[0]
    with connection.cursor() as cursor:
        while time.perf_counter() < end:
            cursor.execute(
                "WITH kept AS (INSERT INTO intake_signaldelivery (source_id, received_at, sha256, size, content_type, "
                "headers, replay_key, outcome, problem, events, origin, unit_id) VALUES (%s, now(), 'x', %s, '', %s, "
                "'', 'NOTHING', '', 0, 'UNKNOWN', '') RETURNING id) "
                "INSERT INTO intake_deliverybody (delivery_id, content) SELECT id, %s FROM kept",
                [other.pk, len(body), json.dumps({}), body],
            )
            count += 1
    return count / FLOOR_SECONDS


def _burst(folder: Path) -> Iterator[str]:
    from django.urls import reverse

    from incidents.models import Incident
    from intake.models import ReceivedSignal, SignalDelivery
    from tests.intake import making, messages

    source, token = making.source(promotes=True, promote_levels=["critical"])
    path = reverse("signal-in", args=["alertmanager", source.public_id])
    bodies = [
        messages.alertmanager(*(messages.alert(fingerprint=f"{start + n}") for n in range(IN_ONE)))
        for start in range(0, BURST, IN_ONE)
    ]
    with serving("config.asgi:application", folder, 1) as (port, _site):
        kept = _timed(lambda: _send(port, path, token, bodies))
    read = _timed(_take_in)
    rows = ReceivedSignal.objects.filter(source=source)
    made = Incident.objects.filter(signals__source=source).distinct().count()
    yield (
        f"burst of {BURST:,} alerts by HTTP: kept in {kept:.1f} s, read in {read:.1f} s, {rows.count():,} signals, "
        f"{SignalDelivery.objects.filter(source=source, outcome='READ').count()} of {len(bodies)} deliveries read, "
        f"{made} incident (meant: 1)"
    )


def _send(port: int, path: str, token: str, bodies: Sequence[bytes]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def some(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for body in bodies[first::SENDERS]:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            assert answer.status == HTTPStatus.OK, answer.read()
            answer.read()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(some, range(SENDERS)))


def _take_in() -> None:
    from intake.services import turning

    while turning.sweep(at=timezone.now()):
        continue


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
