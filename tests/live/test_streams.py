"""The room as it lives: real processes, several readers, over the wire."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from incidents.models import Incident
from incidents.services import moving, restricting, timeline
from registry.kernel.access import tokens
from registry.models import User
from tests import people, shipped
from tests.control.world import served
from tests.custody.serving import Site
from tests.incidents import making
from tests.live.listening import Reader
from tests.processes.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(transactional_db: None) -> Incident:
    shipped.restore()
    return making.declared(at=timezone.now())


@pytest.fixture
def site(incident: Incident, tmp_path: Path) -> Iterator[Site]:
    with served(tmp_path / "site") as running:
        yield running


def post(incident: Incident, text: str, by: User | None = None) -> int:
    return timeline.post(incident, by=by or people.responder(), at=timezone.now(), text=text).pk


def test_an_entry_reaches_others_within_a_second_in_two_processes_drawn_for_each_kind_of_reader(
    incident: Incident, site: Site, tmp_path: Path
) -> None:
    with served(tmp_path / "second") as second:
        works = Reader.of(site, people.responder(), incident.pk).ready()
        looks = Reader.of(second, people.member(), incident.pk).ready()
        _token, secret = tokens.issue(people.auditor(), name="Wall")
        program = Reader(site, f"/api/v1/incidents/{incident.pk}/stream/", f"Authorization: Bearer {secret}").ready()
        begun = time.monotonic()
        number = post(incident, "Queue <stopped> & counted.")
        for reader in (works, looks, program):
            reader.until(Reader.entries)
            name, data, at = next(event for event in reader.events if event[0] == "entries")
            assert at - begun < 1, name
            assert [line["id"] for line in data["lines"]] == [number]
        assert "Queue &lt;stopped&gt; &amp; counted." in works.heard("entries")[0]["lines"][0]["html"]
        assert f"/entries/{number}/pin/" in works.heard("entries")[0]["lines"][0]["html"]
        assert f"/entries/{number}/pin/" not in looks.heard("entries")[0]["lines"][0]["html"]
        assert works.heard("entries")[0]["said"].startswith("1 new entry: Update, Rae Responder")
        assert program.heard("entries")[0]["lines"][0]["text"] == "Queue <stopped> & counted."

        before = works.heard("room")[-1]
        moving.move(incident, "decline", by=people.risk(), at=timezone.now(), reason="A test of the alert.")
        works.until(lambda reader: reader.heard("room")[-1]["step"] != before["step"])
        assert "Not an incident" in works.heard("room")[-1]["parts"]["state"]
        program.until(lambda reader: reader.heard("room")[-1]["state"] == "DECLINED")
        timeline.pin(incident.timeline.get(pk=number), by=people.responder(), at=timezone.now())
        looks.until(lambda reader: any("Pinned" in data["lines"][0]["html"] for data in reader.heard("altered")))


def test_who_was_away_goes_on_without_a_gap_and_is_told_nothing_twice(incident: Incident, site: Site) -> None:
    reader = Reader.of(site, people.member(), incident.pk).ready()
    seen = [post(incident, f"Entry {number}") for number in range(3)]
    reader.until(lambda each: each.entries() == seen)
    reader.close()
    missed = [post(incident, f"Missed {number}") for number in range(3)]
    again = Reader.of(site, people.member(), incident.pk, "?after=1", f"Last-Event-ID: {reader.number}")
    again.until(lambda each: each.entries() == missed)
    wrong = timeline.post(incident, by=people.responder(), at=timezone.now(), text="About 900.")
    timeline.correct(wrong, by=people.responder(), at=timezone.now(), text="1,284.")
    again.until(lambda each: len(each.entries()) == 5)
    again.until(lambda each: any(line["id"] == wrong.pk for data in each.heard("altered") for line in data["lines"]))
    assert len(set(again.entries())) == 5


def test_a_storm_of_entries_is_told_in_few_pieces(incident: Incident, site: Site) -> None:
    reader = Reader.of(site, people.member(), incident.pk).ready()
    begun = time.monotonic()
    numbers = [post(incident, f"Entry {number}") for number in range(30)]
    took = time.monotonic() - begun
    reader.until(lambda each: each.entries() == numbers)
    assert len(reader.heard("entries")) <= took * 4 + 2


def test_whoever_may_no_longer_look_is_let_go_within_seconds_and_told_nothing_of_it(
    incident: Incident, site: Site
) -> None:
    outside, signed_out, ended = people.member(), people.owner("Olga Owner"), people.member("Ed Ended")
    inside = Reader.of(site, people.auditor(), incident.pk).ready()
    readers = {each: Reader.of(site, each, incident.pk).ready() for each in (outside, signed_out, ended)}
    _token, secret = tokens.issue(people.member("Pia Program"), name="Wall")
    program = Reader(site, f"/api/v1/incidents/{incident.pk}/stream/", f"Authorization: Bearer {secret}").ready()
    inside.until(lambda each: "Max Member" in each.heard("present")[-1]["people"])

    for session in Session.objects.all():
        if session.get_decoded()["_auth_user_id"] == str(signed_out.pk):
            session.delete()
    ended.is_active = False
    ended.save()
    begun = time.monotonic()
    for each in (signed_out, ended):
        readers[each].until(lambda reader: reader.is_over, seconds=6)
        assert readers[each].events[-1][:2] == ("closed", {})
    assert time.monotonic() - begun < 5.5

    restricting.restrict(incident, by=people.risk(), at=timezone.now(), reason="Names of customers")
    number = post(incident, "The customer is Carla Customer.", by=people.risk())
    begun = time.monotonic()
    for gone in (readers[outside], program):
        gone.until(lambda reader: reader.is_over, seconds=6)
        assert gone.events[-1][:2] == ("closed", {})
        assert not gone.entries()
        assert "Names of customers" not in str(gone.events)
    assert time.monotonic() - begun < 5
    inside.until(lambda each: number in each.entries())
    inside.until(lambda each: "Max Member" not in each.heard("present")[-1]["people"])
    assert "404" in Reader.of(site, outside, incident.pk).until(lambda reader: reader.is_over or reader.head).head


def test_who_is_here_is_known_everywhere_and_forgotten_when_their_signs_stop(
    incident: Incident, site: Site, tmp_path: Path
) -> None:
    with served(tmp_path / "second") as second:
        first = Reader.of(site, people.responder(), incident.pk).ready()
        twice = [Reader.of(second, people.auditor(), incident.pk).ready() for _window in range(2)]
        told = first.until(lambda each: "Axel Auditor" in each.heard("present")[-1]["people"]).heard("present")[-1]
        assert told["people"].count("Axel Auditor") == 1
        assert "Incident lead" in told["people"]
        assert "2 people in the room now: Rae Responder, Axel Auditor" in told["summary"]
        for window in twice:
            window.close()
        first.until(lambda each: "Axel Auditor" not in each.heard("present")[-1]["people"], seconds=50)


def test_the_process_stops_within_seconds_with_streams_open(incident: Incident, site: Site) -> None:
    readers = [Reader.of(site, people.member(), incident.pk) for _number in range(10)]
    for reader in readers:
        reader.ready()
    begun = time.monotonic()
    site.process.terminate()
    assert site.process.wait(timeout=20) is not None
    assert time.monotonic() - begun < 5
    wait_until(lambda: all(reader.is_over for reader in readers))
    assert b"Traceback" not in (site.folder / "site.log").read_bytes()
