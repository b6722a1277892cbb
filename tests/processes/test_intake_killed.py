"""Deliveries taken in by a real worker that is killed in the middle, again and again: nothing lost, nothing doubled."""

from collections import Counter

import pytest
from django.db.models import Sum
from django.utils import timezone

from incidents.models import Incident
from intake.models import ReceivedSignal, SignalDelivery, SignalSighting
from intake.services import receiving
from tests.intake import making, messages
from tests.processes.conftest import Worker, wait_until

DELIVERIES, ALERTS = 1500, 4
KILLS = 2
TASK = "intake.tasks.take_in"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def pending() -> int:
    return SignalDelivery.objects.filter(outcome="PENDING").count()


def test_killed_in_the_middle_every_alert_is_counted_once_and_one_incident_made(worker: Worker) -> None:
    source, _token = making.source(promotes=True, promote_levels=["critical"])
    for number in range(DELIVERIES):
        alerts = [messages.alert(fingerprint=f"{(number + n) % 50}") for n in range(ALERTS)]
        receiving.receive(source, messages.alertmanager(*alerts), at=timezone.now())
    left = DELIVERIES
    for round_ in range(KILLS):
        worker.start()
        worker.nudge(TASK)
        wait_until(lambda known=left: pending() < known)  # type: ignore[misc]
        worker.kill()
        left = pending()
        assert left > 0, f"round {round_} was not interrupted"
    worker.start()
    worker.nudge(TASK)
    wait_until(lambda: pending() == 0)
    worker.stop()
    assert set(SignalDelivery.objects.values_list("outcome", flat=True)) == {"READ"}
    places = Counter(SignalSighting.objects.values_list("delivery", "place"))
    assert (len(places), set(places.values())) == (DELIVERIES * ALERTS, {1})
    assert ReceivedSignal.objects.count() == 50
    assert ReceivedSignal.objects.aggregate(all=Sum("count"))["all"] == DELIVERIES * ALERTS
    assert Incident.objects.count() == 1
