"""Times: put right by people with a source, never to something that cannot have been."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Moment, TimelineEntry
from incidents.services import times
from incidents.times import TimeKind
from registry.kernel.access.verdict import Refused
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def put(incident: Incident, kind: str, value: datetime, **fields: Any) -> Moment:
    given = {"by": incident.declared_by, "at": after(30), "source": "Gateway log", **fields}
    return times.set_time(incident, kind=kind, value=value, **given)


def test_the_newest_of_a_kind_counts_and_the_older_stays() -> None:
    incident = making.declared()
    put(incident, "DETECTED", NOW - timedelta(hours=3), confidence="LIKELY")
    assert times.times_of(incident)[TimeKind.DETECTED] == NOW - timedelta(hours=3)
    assert Moment.objects.filter(incident=incident, kind="DETECTED").count() == 2


def test_a_time_set_stands_in_the_timeline_with_what_it_was_before() -> None:
    incident = making.declared()
    put(incident, "DETECTED", NOW - timedelta(hours=3))
    entry = TimelineEntry.objects.get(incident=incident, kind="TIME")
    assert entry.data["from"] == NOW.isoformat()
    assert "Gateway log" in entry.text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("DETECTED", after(31)),
        ("DETECTED", after(10)),
        ("STARTED", after(5)),
        ("STARTED", (NOW - timedelta(hours=1)).replace(tzinfo=None)),
    ],
)
def test_what_cannot_have_been_is_refused(kind: str, value: datetime) -> None:
    incident = making.declared()
    with pytest.raises(ValidationError) as caught:
        put(incident, kind, value)
    assert "value" in caught.value.message_dict
    assert not TimelineEntry.objects.filter(kind="TIME").exists()


@pytest.mark.parametrize(
    "fields",
    [{"source": ""}, {"precision": "ROUGH"}, {"confidence": "HOPE"}],
    ids=["source", "precision", "confidence"],
)
def test_source_precision_and_confidence_are_checked(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        put(making.declared(), "STARTED", NOW - timedelta(hours=1), **fields)
    assert list(caught.value.message_dict) == list(fields)


def test_an_unknown_time_is_refused() -> None:
    with pytest.raises(ValidationError):
        put(making.declared(), "LUNCH", NOW)


def test_time_to_detect_follows_from_when_it_started() -> None:
    incident = making.declared()
    put(incident, "STARTED", NOW - timedelta(hours=1))
    assert times.durations_of(incident).detect == timedelta(hours=1)


def test_a_member_sets_no_time() -> None:
    with pytest.raises(Refused):
        put(making.declared(), "STARTED", NOW - timedelta(hours=1), by=people.member())
