"""What capture, guard and the sequencer cost writers: the same writes with and without them, in one run."""

import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connection, transaction

from benchmarks.timing import interleaved, line
from registry.kernel.audit.context import acting
from registry.models import Vendor

WRITERS, SECONDS, ROUNDS, SAVES = 8, 5.0, 3, 100
RECORD = """
INSERT INTO registry_historicalvendor
    (id, name, website, supplies, version, history_date, history_type, history_change_reason, history_origin,
     history_unit_id, history_user_id)
SELECT id, name, website, supplies, version, clock_timestamp(), '~', '', 'TASK', 'bench', 1
FROM registry_vendor WHERE id = %s
"""
PARTS = (
    ("registry_historicalvendor", "holdfast_capture"),
    ("registry_vendor", "holdfast_guard"),
)


def url() -> str:
    known: dict[str, Any] = connection.settings_dict
    return f"postgresql://{quote(known['USER'])}@/{quote(known['NAME'])}?{urlencode({'host': known['HOST']})}"


def switch(verb: str) -> None:
    with connection.cursor() as cursor:
        for table, trigger in PARTS:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")


def by_sql(address: str, numbers: list[int]) -> Iterator[None]:
    """The barest write there is: two statements and a commit."""
    chance = random.Random(os.getpid())
    with psycopg.connect(address) as session:
        while True:
            row = chance.choice(numbers)
            session.execute("UPDATE registry_vendor SET website = %s WHERE id = %s", [str(time.perf_counter()), row])
            session.execute(RECORD, [row])
            session.commit()
            yield


def by_save(address: str, numbers: list[int]) -> Iterator[None]:
    """As services write: read behind a lock, changed, saved with its history, in one transaction."""
    chance = random.Random(os.getpid())
    while True:
        with transaction.atomic(), acting(user_id=1, origin="PAGE", unit_id="bench", reason="Measured"):
            vendor = Vendor.objects.select_for_update().get(pk=chance.choice(numbers))
            vendor.website = f"https://{time.perf_counter()}.example"
            vendor.save()
        yield


WAYS = {"by SQL": by_sql, "by save": by_save}


def writer(  # noqa: PLR0917 - handed to a process
    way: str, address: str, numbers: list[int], may_begin: Event, written: Any, slowest: Any
) -> None:
    writes = WAYS[way](address, numbers)
    next(writes)
    may_begin.wait()
    until, count, worst = time.perf_counter() + SECONDS, 0, 0.0
    while (begun := time.perf_counter()) < until:
        next(writes)
        count, worst = count + 1, max(worst, time.perf_counter() - begun)
    with written.get_lock():
        written.value += count
        slowest.value = max(slowest.value, worst)


def writes_a_second(way: str, numbers: list[int]) -> tuple[float, float, float]:
    """Writes a second of all writers, the slowest single one in seconds, the greatest lag of the log in seconds."""
    may_begin, written, slowest = multiprocessing.Event(), multiprocessing.Value("q", 0), multiprocessing.Value("d", 0)
    address = url()
    connection.close()
    processes = [
        multiprocessing.Process(target=writer, args=(way, address, numbers, may_begin, written, slowest))
        for _n in range(WRITERS)
    ]
    for process in processes:
        process.start()
    time.sleep(0.5)
    may_begin.set()
    lag = 0.0
    while any(process.is_alive() for process in processes):
        time.sleep(0.25)
        lag = max(lag, _lag())
    for process in processes:
        process.join()
    return written.value / SECONDS, slowest.value, lag


def _lag() -> float:
    """Seconds since the newest entry under a signed checkpoint was made, while writers never pause.

    No committed entry that is older waits, so this is the longest that any has waited.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - e.at) FROM ledger_checkpoint AS c "
            "JOIN ledger_leaf AS l ON l.index = c.size - 1 JOIN registry_auditentry AS e ON e.id = l.entry_id "
            "ORDER BY c.size DESC LIMIT 1"
        )
        return float((cursor.fetchone() or (0.0,))[0])


def saves() -> None:
    for n in range(SAVES):
        vendor = Vendor.objects.get(name="V1")
        vendor.website = f"https://{time.perf_counter()}.example/{n}"
        vendor.save()


def bare_saves() -> None:
    switch("DISABLE")
    try:
        saves()
    finally:
        switch("ENABLE ALWAYS")


def run() -> Iterator[str]:
    with transaction.atomic():
        for n in range(200):
            Vendor.objects.create(name=f"V{n}")
    times = interleaved(8, floor=bare_saves, recorded=saves)
    for name, found in times.items():
        yield line(f"{SAVES} saves, {name}", found)
    yield f"a save with capture and guard ÷ without: {_ratio(times):.2f} (meant: 1.25 at most)"
    for way in WAYS:
        yield from parallel(way)


def parallel(way: str) -> Iterator[str]:
    numbers = list(Vendor.objects.values_list("pk", flat=True))
    environment = {**os.environ, "DATABASE_URL": url(), "HOLDFAST_MODE": "local"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    rates: dict[str, list[float]] = {"bare": [], "recorded": []}
    calm, worst, lags = 0.0, 0.0, 0.0
    for _round in range(ROUNDS):
        switch("DISABLE")
        connection.close()
        rate, slowest, _none = writes_a_second(way, numbers)
        rates["bare"].append(rate)
        calm = max(calm, slowest)
        switch("ENABLE ALWAYS")
        sequencer = subprocess.Popen([sys.executable, "manage.py", "seal"], cwd=settings.BASE_DIR, env=environment)
        time.sleep(3)
        rate, slowest, lag = writes_a_second(way, numbers)
        rates["recorded"].append(rate)
        worst, lags = max(worst, slowest), max(lags, lag)
        sequencer.terminate()
        sequencer.wait()
    for name, found in rates.items():
        spread = max(found) / min(found)
        yield f"{WRITERS} writers {way}, {name}: median {statistics.median(found):.0f} writes/s, spread {spread:.1f}×"
    yield (
        f"writes {way} with capture, guard and sequencer ÷ without: "
        f"{statistics.median(rates['recorded']) / statistics.median(rates['bare']):.2f} (meant: 0.7 at least)"
    )
    yield (
        f"slowest single write: {worst * 1000:.0f} ms beside the sequencer, {calm * 1000:.0f} ms without it; "
        f"longest until under a signed checkpoint: {lags:.2f} s (meant: 2 at most)"
    )


def _ratio(times: dict[str, list[float]]) -> float:
    return statistics.median(times["recorded"]) / statistics.median(times["floor"])
