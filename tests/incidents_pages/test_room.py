"""The room: timeline, command bar, corrections, what is new, and how much it asks of the database."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.models import Evidence, Incident, TimelineEntry
from incidents.services import declaring, restricting, timeline
from registry.models import Workflow
from tests import people
from tests.incidents_pages.conftest import SignIn

pytestmark = pytest.mark.django_db
BOOKKEEPING = ("usersessions_", "SAVEPOINT", "BEGIN", "COMMIT")
"""Statements of the session tracking that stands before every page."""


def room(incident: Incident) -> str:
    return f"/incidents/{incident.pk}/"


def test_a_line_posts_an_update(as_user: SignIn, incident: Incident) -> None:
    answer = as_user(people.responder()).post(room(incident), {"text": "Backlog 412.", "once": "b" * 32})
    entry = incident.timeline.get(kind="UPDATE")
    assert answer.status_code == 302
    assert entry.text == "Backlog 412."


def test_a_command_writes_its_kind(as_user: SignIn, incident: Incident) -> None:
    as_user(people.responder()).post(room(incident), {"text": "/decision Declines stay off."})
    assert incident.timeline.get(kind="DECISION").text == "Declines stay off."


def test_a_command_of_a_place_leads_there(as_user: SignIn, incident: Incident) -> None:
    answer = as_user(people.responder()).post(room(incident), {"text": "/severity"})
    assert answer["Location"] == f"/incidents/{incident.pk}/severity/"


@pytest.mark.parametrize("text", ["/nonsense now", "/decision", "   "])
def test_a_line_that_cannot_be_obeyed_is_kept_and_explained(as_user: SignIn, incident: Incident, text: str) -> None:
    before = TimelineEntry.objects.count()
    answer = as_user(people.responder()).post(room(incident), {"text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"text"}
    assert TimelineEntry.objects.count() == before


def test_scripts_in_an_entry_are_shown_as_text(as_user: SignIn, incident: Incident, now: datetime) -> None:
    timeline.post(incident, by=people.responder(), at=now, text="<script>alert(1)</script>")
    text = as_user(people.responder()).get(room(incident)).content.decode()
    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_corrected_entry_stays_readable_beside_its_correction(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    wrong = timeline.post(incident, by=people.responder(), at=now, text="About 900 claims.")
    client = as_user(people.responder())
    client.post(f"/entries/{wrong.pk}/correct/", {"text": "1,284 claims.", "occurred_at": ""})
    text = client.get(room(incident)).content.decode()
    assert "1,284 claims." in text
    assert "About 900 claims.</del>" in text.replace("\n", "")


def test_a_pin_is_set_and_taken_off(as_user: SignIn, incident: Incident, now: datetime) -> None:
    entry = timeline.post(incident, by=people.responder(), at=now, text="Keep this.")
    client = as_user(people.responder())
    client.post(f"/entries/{entry.pk}/pin/")
    assert [line.entry.pk for line in client.get(room(incident) + "?show=pinned").context["lines"]] == [entry.pk]
    client.post(f"/entries/{entry.pk}/unpin/")
    assert client.get(room(incident) + "?show=pinned").context["lines"] == []


def test_the_time_of_entry_is_shown_where_it_differs(as_user: SignIn, incident: Incident, now: datetime) -> None:
    timeline.post(incident, by=people.responder(), at=now, text="Late note.", occurred_at=now - timedelta(minutes=40))
    line = next(
        x for x in as_user(people.responder()).get(room(incident)).context["lines"] if x.entry.text == "Late note."
    )
    assert line.entered


def test_news_counts_what_came_after(as_user: SignIn, incident: Incident, now: datetime) -> None:
    client = as_user(people.responder())
    newest = client.get(room(incident)).context["incident"].newest_entry
    for number in range(3):
        timeline.post(incident, by=people.responder(), at=now, text=f"Entry {number}")
    assert client.get(f"{room(incident)}news/?after={newest}").json()["count"] == 3
    assert client.get(f"{room(incident)}news/?after={'9' * 40}").status_code == 200


def test_long_timelines_come_page_by_page(as_user: SignIn, incident: Incident, now: datetime) -> None:
    fill(incident, now, entries=120)
    client = as_user(people.responder())
    first = client.get(room(incident)).context["lines"]
    second = client.get(room(incident) + "?page=2").context["lines"]
    assert len(first) == 50
    assert not {line.entry.pk for line in first} & {line.entry.pk for line in second}


def test_the_room_asks_little_of_the_database_however_much_happened(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    fill(incident, now, entries=300, pieces=50)
    client = as_user(people.responder())
    client.get(room(incident))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(room(incident)).status_code == 200
    own = [each["sql"] for each in asked if not any(word in each["sql"] for word in BOOKKEEPING)]
    assert len(own) <= 16, own  # one of them is the second look at the person by the session tracking


def test_people_outside_a_restricted_incident_find_nothing_at_its_address(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    restricting.restrict(incident, by=people.risk(), at=now, reason="Personal data")
    client = as_user(people.member())
    for tail in (
        "",
        "news/",
        "stream/",
        "evidence/",
        "facts/",
        "people/",
        "history/",
        "severity/",
        "containment/",
        "move/close/",
        "outputs/",
        "outputs/export/",
        "outputs/begin/",
        "backlog/",
    ):
        assert client.get(room(incident) + tail).status_code == 404


def test_members_read_the_room_and_are_told_why_they_cannot_write(as_user: SignIn, incident: Incident) -> None:
    client = as_user(people.member())
    assert "Only responders, risk staff" in client.get(room(incident)).content.decode()
    assert client.post(room(incident), {"text": "Hello"}).status_code == 403


def fill(incident: Incident, now: datetime, *, entries: int, pieces: int = 0) -> None:
    """Entries and evidence as they would be after a long night."""
    author = people.responder()
    found = [
        Evidence.objects.create(
            incident=incident,
            kind="OTHER",
            title=f"Piece {n}",
            note="Words",
            collected_by=author,
            collected_at=now,
            received_at=now,
            method="Copied",
            source="Log",
        )
        for n in range(pieces)
    ]
    for number in range(entries):
        piece = found[number % len(found)] if found and number % 3 == 0 else None
        TimelineEntry.objects.create(
            incident=incident,
            kind="EVIDENCE" if piece else "UPDATE",
            text=f"Entry {number}",
            data={"evidence": piece.pk} if piece else {},
            occurred_at=now - timedelta(seconds=number),
            entered_at=now,
            author=author,
            is_automatic=bool(piece),
        )


def test_a_near_miss_offers_to_become_an_incident_and_not_to_be_contained(as_user: SignIn, workflow: Workflow) -> None:
    caught = declaring.report_near_miss(
        by=people.member(), at=timezone.now(), title="Caught", summary="The reviewer struck it out.", workflow=workflow
    )
    page = as_user(people.responder()).get(caught.get_absolute_url()).content.decode()
    assert "Make it an incident" in page
    assert "Not contained" not in page
    assert "Kill switch" not in page
