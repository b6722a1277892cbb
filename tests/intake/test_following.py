"""Signals follow their incident to where it was merged into, over several steps."""

from typing import Any

import pytest
from django.utils import timezone

from incidents.lifecycle import DECLINE
from incidents.models import Incident, TimelineEntry
from incidents.services import declaring, merging, moving
from intake.models import ReceivedSignal
from intake.services import deciding
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.intake import making, messages

pytestmark = pytest.mark.django_db
OVER = "2026-11-30T09:40:00Z"


def declared(title: str, **more: Any) -> Incident:
    return declaring.declare(by=people.risk(), at=timezone.now(), title=title, summary="x", workflow=None, **more)


def merged_twice(first: Incident) -> Incident:
    """`first` into a second, and that into a third, which goes on."""
    second, third = declared("Second report"), declared("The whole of it")
    for ending, staying in ((first, second), (second, third)):
        merging.merge(ending, into=staying, by=people.risk(), at=timezone.now(), reason="One and the same")
    return third


def test_what_is_heard_again_goes_to_where_its_incident_was_merged_into() -> None:
    source, _token = making.source()
    signal = making.signal(source)
    first = declared("First report")
    deciding.attach([signal], first, by=people.responder(), at=timezone.now())
    heir = merged_twice(first)
    making.deliver(source, messages.alertmanager(), messages.alertmanager(messages.alert(over_at=OVER)))
    row = ReceivedSignal.objects.get()
    assert (row.incident_id, row.count, row.status) == (heir.pk, 3, "RESOLVED")
    said = TimelineEntry.objects.filter(incident=heir, kind="SIGNAL").values_list("text", flat=True)
    assert any("over there" in text for text in said)


def test_a_rule_ties_to_where_its_incident_was_merged_into_and_makes_no_second_one() -> None:
    source, _token = making.source(promotes=True, promote_levels=["critical"])
    making.deliver(source, messages.alertmanager())
    heir = merged_twice(Incident.objects.get())
    count = Incident.objects.count()
    making.deliver(source, messages.alertmanager(messages.alert(fingerprint="another")))
    assert Incident.objects.count() == count
    assert ReceivedSignal.objects.latest("pk").incident_id == heir.pk


def test_putting_back_asks_whether_the_incident_may_be_worked_on_and_goes_on() -> None:
    signal = making.signal()
    incident = declared("Kept among few", is_restricted=True)
    deciding.attach([signal], incident, by=people.risk(), at=timezone.now())
    with pytest.raises(Refused):
        deciding.put_back(signal, by=people.responder(), at=timezone.now(), reason="Wrong one")
    moving.move(incident, DECLINE, by=people.risk(), at=timezone.now(), reason="A false alarm")
    with pytest.raises(Conflict, match="Reopen it first"):
        deciding.put_back(signal, by=people.risk(), at=timezone.now(), reason="Wrong one")
