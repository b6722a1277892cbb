"""What one look gives to whom, and what is remembered of who is here, without any process."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.live.looking import Asked, Door, Sight, Viewer, look
from incidents.models import Incident
from incidents.policies.incidents import who_may_see
from incidents.present import GONE_AFTER, Memory
from incidents.services import evidence, presence, restricting, timeline
from registry.kernel.access import tokens
from registry.models import User
from tests import people
from tests.incidents import making
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MEMORY", Memory())


@pytest.fixture
def incident() -> Incident:
    return making.declared(at=timezone.now())


def everybody() -> list[User]:
    made = [
        people.risk(), people.owner(), people.responder(), people.executive(), people.auditor(),
        people.administrator(), people.member(), people.member("Lena Letin"), people.responder("Second Responder"),
    ]  # fmt: skip
    gone, over = people.risk("Gone Risk"), people.auditor("Over Auditor")
    gone.is_active = False
    over.access_until = timezone.now() - timedelta(minutes=1)
    for person in (gone, over):
        person.save()
    return [*made, gone, over]


def test_many_are_asked_about_as_each_would_be(incident: Incident) -> None:
    known = everybody()
    for is_restricted in (False, True):
        if is_restricted:
            restricting.restrict(incident, by=people.risk(), at=timezone.now(), reason="Names")
            restricting.let_in(
                incident, person=people.member("Lena Letin"), by=people.risk(), at=timezone.now(), reason="Knows it"
            )
            incident.refresh_from_db()
        one_by_one = {
            each.pk
            for each in User.objects.active().filter(pk__in=[person.pk for person in known])
            if Incident.objects.visible_to(each).filter(pk=incident.pk).exists()
        }
        found = who_may_see(incident, [person.pk for person in known], at=timezone.now())
        assert set(found) == one_by_one
    assert people.member("Lena Letin").pk in one_by_one
    assert people.member().pk not in one_by_one


def readers() -> list[User]:
    return [people.responder(), people.auditor(), people.member()]


def looked(incident: Incident, *readers: User, form: str = "page") -> dict[int, Any]:
    """The newest line as each of the readers is sent it."""
    viewers = {}
    for reader in readers:
        token, _secret = tokens.issue(reader, name="Wall")
        viewers[Viewer(reader.pk, Door("", token.pk, ""), form)] = timezone.now()
    seen = look(Sight(incident.pk), Asked(viewers, 0, frozenset(), tells=False))
    return {viewer.person: seen.lines[kind][-1] for viewer, kind in seen.kinds.items()}


@pytest.mark.parametrize("form", ["page", "api"])
def test_restricted_evidence_stays_closed_to_those_to_whom_the_page_closes_it(incident: Incident, form: str) -> None:
    piece = evidence.add_file(
        incident, by=people.responder(), upload=making.upload(name="salaries.txt"), **making.about(is_restricted=True)
    )
    lines = {person: str(line) for person, line in looked(incident, *readers(), form=form).items()}
    told = piece.file.sha256 if piece.file and form == "api" else f"/evidence/{piece.pk}/"
    assert told in lines[people.auditor().pk]
    assert told in lines[people.responder().pk]
    assert told not in lines[people.member().pk]
    assert "salaries.txt" not in lines[people.member().pk]


def test_a_look_asks_as_much_for_many_readers_as_for_few(
    incident: Incident, django_assert_max_num_queries: Any
) -> None:
    many = [people.person(f"Reader {number}") for number in range(20)]
    timeline.post(incident, by=people.responder(), at=timezone.now(), text="Counted.")
    viewers = {
        Viewer(reader.pk, Door("", tokens.issue(reader, name="Wall")[0].pk, ""), "page"): timezone.now()
        for reader in [people.responder(), people.auditor(), *many]
    }
    sight = Sight(incident.pk)
    with django_assert_max_num_queries(22):
        assert len(look(sight, Asked(viewers, 0, frozenset(), tells=False)).kinds) == 22
    with django_assert_max_num_queries(5):
        look(sight, Asked(viewers, 10**9, frozenset(), tells=False))


def test_an_entry_that_was_numbered_earlier_and_came_later_is_not_missed(incident: Incident) -> None:
    token, _secret = tokens.issue(people.auditor(), name="Wall")
    viewers = {Viewer(people.auditor().pk, Door("", token.pk, ""), "api"): timezone.now()}
    sight = Sight(incident.pk)
    number = timeline.post(incident, by=people.responder(), at=timezone.now(), text="Late.").pk
    newest = timeline.post(incident, by=people.responder(), at=timezone.now(), text="Newest.").pk
    look(sight, Asked(viewers, 0, frozenset(), tells=False))
    assert sight.numbers is not None
    sight.numbers -= {number}  # as if it had not been there yet
    seen = look(sight, Asked(viewers, newest, frozenset(), tells=False))
    assert (list(seen.numbers), seen.late) == ([number], frozenset([number]))


def test_signs_of_one_person_are_one_and_end_by_themselves() -> None:
    memory, at = Memory(), timezone.now()
    assert memory.here(7, [(1, at)], at)
    assert not memory.here(7, [(1, at - timedelta(minutes=5))], at + timedelta(seconds=10))
    assert [sign.since for sign in memory.of(7, at + timedelta(seconds=20))] == [at - timedelta(minutes=5)]
    assert memory.of(8, at) == []
    gone = at + timedelta(seconds=11) + GONE_AFTER
    assert memory.of(7, gone) == []
    memory.here(7, [(1, gone), (2, gone)], gone)
    assert memory.writes(7, 1, gone)
    assert not memory.writes(7, 3, gone)
    assert [(sign.person, sign.is_writing(gone)) for sign in memory.of(7, gone)] == [(1, True), (2, False)]
    assert memory.left(7, [1])
    assert [sign.person for sign in memory.of(7, gone)] == [2]


def test_who_is_here_is_read_by_page_and_api_and_only_by_who_may_see_the_room(incident: Incident) -> None:
    at = timezone.now()
    presence.MEMORY.here(incident.pk, [(people.responder().pk, at), (people.member().pk, at)], at)
    client = signed_in(people.auditor())
    assert "Rae Responder, Max Member" in client.get(f"/incidents/{incident.pk}/").content.decode()
    presence.MEMORY.writes(incident.pk, people.responder().pk, at)
    restricting.restrict(incident, by=people.risk(), at=at, reason="Names")
    found = client.get(f"/api/v1/incidents/{incident.pk}/present/").json()
    assert [(row["person"]["name"], row["role"], row["is_writing"]) for row in found] == [
        ("Rae Responder", "Incident lead", True)
    ]
    assert signed_in(people.member()).get(f"/api/v1/incidents/{incident.pk}/present/").status_code == 404
    assert Client().get(f"/incidents/{incident.pk}/stream/").status_code == 302
