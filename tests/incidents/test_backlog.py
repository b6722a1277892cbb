"""Readings of a queue: taken down once, told when they mean something."""

import math

import pytest
from django.core.exceptions import ValidationError

from incidents.services import backlog
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def test_the_timeline_tells_the_first_a_change_and_each_tenth() -> None:
    incident, lead = making.declared(), people.responder()
    for number in range(12):
        backlog.record(
            incident, by=lead, at=after(10 * number), queue="By hand" if number else "by hand", length=10 * number
        )
    told = list(incident.timeline.filter(kind="BACKLOG").order_by("pk").values_list("data__length", flat=True))
    assert told == [0, 10, 90]
    assert backlog.queues_of(incident)[0].name == "by hand"
    with pytest.raises(Conflict, match="very moment"):
        backlog.record(incident, by=lead, at=after(110), queue="By hand", length=7)


def test_a_busy_queue_hides_no_quiet_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "READ", 3)
    incident, lead = making.declared(), people.responder()
    backlog.record(incident, by=lead, at=after(1), queue="Complaints", length=4)
    for number in range(2, 8):
        backlog.record(incident, by=lead, at=after(number), queue="By hand", length=number)
    found = {queue.name: [reading.length for reading in queue.readings] for queue in backlog.queues_of(incident)}
    assert found == {"By hand": [5, 6, 7], "Complaints": [4]}


@pytest.mark.parametrize(
    "wrong", [{"length": -1}, {"per_hour_in": math.nan}, {"people": 10**12}, {"read_at": after(9)}]
)
def test_what_cannot_be_is_refused_by_the_field(wrong: dict[str, object]) -> None:
    incident = making.declared()
    given: dict[str, object] = {"queue": "By hand", "length": 4, **wrong}
    with pytest.raises(ValidationError) as refused:
        backlog.record(incident, by=people.responder(), at=after(1), **given)  # type: ignore[arg-type]
    assert set(refused.value.message_dict) == set(wrong)


def test_who_does_not_work_here_takes_no_reading() -> None:
    with pytest.raises(Refused):
        backlog.record(making.declared(), by=people.member(), at=after(1), queue="By hand", length=4)
