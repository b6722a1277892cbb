"""Signals taken in: deliveries by HTTP through the whole site while a worker turns them into signals, and a burst.

Alerts of the first part repeat, so that nine in ten are counted onto a row that is there; the burst is of
50,000 different ones, and by rule of its source one incident must come of it.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.test import Client
from django.utils import timezone

SECONDS = float(os.environ.get("BENCH_INTAKE_SECONDS", "15"))
SENDERS = 4
DIFFERENT = 400
BURST, IN_ONE = 50_000, 100
MEANT = 300


def run() -> Iterator[str]:
    from django.db.models import Sum

    from incidents.models import Incident
    from intake.models import ReceivedSignal, SignalDelivery
    from intake.services import receiving, turning
    from tests.intake import making, messages

    source, token = making.source(promotes=True, promote_levels=["critical"])
    sent, took = _sustained(source, token)
    worked = _timed(lambda: _take_in(turning))
    counted = ReceivedSignal.objects.aggregate(all=Sum("count"))["all"]
    yield (
        f"{sent:,} deliveries in {took:.1f} s by HTTP, {sent / took:.0f} a second (meant: {MEANT}); then read in "
        f"{worked:.1f} s, {sent / worked:.0f} a second; counted {counted:,} of {sent:,}"
    )
    both = sent / (took + worked)
    yield f"received and read on one core after the other: {both:.0f} a second"
    other, _token = making.source(promotes=True, promote_levels=["critical"])
    bodies = [
        messages.alertmanager(*(messages.alert(fingerprint=f"{start + n}") for n in range(IN_ONE)))
        for start in range(0, BURST, IN_ONE)
    ]
    kept = _timed(lambda: [receiving.receive(other, body, at=timezone.now()) for body in bodies])
    read = _timed(lambda: _take_in(turning))
    rows = ReceivedSignal.objects.filter(source=other)
    made = Incident.objects.filter(signals__source=other).distinct().count()
    yield (
        f"burst of {BURST:,} alerts: kept in {kept:.1f} s, read in {read:.1f} s, {rows.count():,} signals, "
        f"{SignalDelivery.objects.filter(source=other, outcome='READ').count()} of {len(bodies)} deliveries read, "
        f"{made} incident (meant: 1)"
    )


def _sustained(source: Any, token: str) -> tuple[int, float]:
    from django.urls import reverse

    from tests.intake import messages

    address = reverse("signal-in", args=["alertmanager", source.public_id])
    bodies = [messages.alertmanager(messages.alert(fingerprint=str(n))) for n in range(DIFFERENT)]
    end = time.perf_counter() + SECONDS

    def send(first: int) -> int:
        client, number = Client(HTTP_AUTHORIZATION=f"Bearer {token}"), 0
        while time.perf_counter() < end:
            body = bodies[(first + number * SENDERS) % DIFFERENT]
            assert client.post(address, body, content_type="application/json").status_code == 200
            number += 1
        return number

    begun = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        counts = list(pool.map(send, range(SENDERS)))
    return sum(counts), time.perf_counter() - begun


def _take_in(turning: Any) -> None:
    while turning.sweep(at=timezone.now()):
        continue


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
