"""The pages of custody and retention, and what is recorded of who looked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Evidence, RetentionReview
from incidents.services import evidence
from incidents.services.damage import Alarm
from registry.kernel.storage import checking
from registry.models import AuditEntry, User
from tests import people, stored
from tests.custody.conftest import KEYS
from tests.custody.test_retention import LATER, closed, proposed, review_of, second
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user: User, name: str, *args: Any, status: int = 200, query: dict[str, str] | None = None) -> str:
    answer = client_of(user).get(reverse(name, args=args), query or {})
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def sent(user: User, name: str, *args: Any, **fields: Any) -> Any:
    return client_of(user).post(reverse(name, args=args), fields)


def added(**fields: Any) -> Evidence:
    incident = making.declared()
    return evidence.add_file(incident, by=incident.declared_by, upload=making.upload(), **making.about(**fields))


def looks(piece: Evidence) -> list[int | None]:
    rows = AuditEntry.objects.filter(event="VIEWED", object_type="incidents.evidence", object_id=str(piece.pk))
    return list(rows.values_list("actor_id", flat=True))


def test_looking_at_a_restricted_note_is_recorded_and_at_an_open_one_is_not() -> None:
    incident = making.declared()
    about = making.about(note="Her name is in it.")
    hidden = evidence.add_note(incident, by=incident.declared_by, is_restricted=True, **about)
    plain = evidence.add_note(incident, by=incident.declared_by, **about)
    for piece in (hidden, plain):
        seen(people.auditor(), "evidence", piece.pk)
        assert client_of(people.auditor()).get(f"/api/v1/evidence/{piece.pk}/").status_code == 200
    assert looks(hidden) == [people.auditor().pk] * 2
    assert looks(plain) == []


def test_who_may_not_look_leaves_no_look() -> None:
    piece = added(is_restricted=True)
    seen(people.member(), "evidence", piece.pk, status=403)
    assert client_of(people.member()).get(f"/api/v1/evidence/{piece.pk}/").json()["note"] == ""
    assert looks(piece) == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"other", "altered where it is kept"), (None, "missing from the store")]
)
def test_damage_is_said_on_the_piece_and_on_the_list(content: bytes | None, words: str) -> None:
    piece = added()
    assert piece.file is not None
    stored.damage(piece.file, content)
    checking.sweep(Alarm(), clock=lambda: after(40))
    assert words in seen(people.risk(), "evidence", piece.pk)
    assert "1 piece of evidence is not what was received" in seen(people.risk(), "evidence-list")
    assert sent(people.risk(), "evidence-download", piece.pk).status_code == 409


def test_a_key_that_is_missing_is_said_on_every_way_to_the_content(settings: Any) -> None:
    settings.FILES_KEYS = KEYS
    piece = added()
    settings.FILES_KEYS = KEYS[1:]
    sentence = "The key k2 this file is encrypted with is not configured"
    for name in ("evidence-download", "evidence-verify"):
        answer = sent(people.risk(), name, piece.pk)
        assert answer.status_code == 503
        assert sentence in answer.content.decode()
    answer = client_of(people.risk()).get(f"/api/v1/evidence/{piece.pk}/download/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:holdfast:problem:key-missing")
    assert sentence in answer.json()["detail"]
    seen(people.risk(), "evidence", piece.pk)
    assert Evidence.objects.get().custody == "UNCHECKED"


def test_an_encrypted_file_is_downloaded_in_the_clear_with_its_length(settings: Any) -> None:
    settings.FILES_KEYS = KEYS
    piece = added()
    answer = sent(people.risk(), "evidence-download", piece.pk)
    assert b"".join(answer.streaming_content) == b"plain words\n"
    assert answer.headers["Content-Length"] == "12"


def test_two_people_dispose_of_a_piece_by_the_pages() -> None:
    piece = closed()
    piece.keep_until = timezone.localdate() - timedelta(days=1)  # the pages go by the clock
    piece.save()
    review = review_of(piece)
    assert piece.reference in seen(people.risk(), "retention")
    assert "1" in seen(people.risk(), "evidence-list")
    assert "Propose disposal" in seen(people.risk(), "retention-review", review.pk)
    assert sent(people.risk(), "retention-propose", review.pk, reason="No longer needed.").status_code == 302
    assert "another person must confirm" in seen(people.risk(), "retention-review", review.pk)
    assert sent(people.risk(), "retention-confirm", review.pk).status_code == 403
    assert "goes for good" in seen(second(), "retention-confirm", review.pk)
    assert Evidence.objects.get(pk=piece.pk).custody != "DISPOSED"
    assert sent(second(), "retention-confirm", review.pk).status_code == 302
    assert Evidence.objects.get(pk=piece.pk).custody == "DISPOSED"
    assert RetentionReview.objects.get().decided_by == second()


def test_risk_staff_change_how_long_a_piece_is_kept() -> None:
    piece = closed()
    assert "Keep for another period" in seen(people.risk(), "evidence", piece.pk)
    assert sent(people.auditor(), "evidence-retention", piece.pk, retention="SHORT", reason="x").status_code == 403
    assert sent(people.risk(), "evidence-retention", piece.pk, retention="SHORT", reason="").status_code == 422
    answer = sent(people.risk(), "evidence-retention", piece.pk, retention="SHORT", reason="Names in it.")
    assert answer.status_code == 302
    answer = client_of(people.risk()).post(
        f"/api/v1/evidence/{piece.pk}/retention/",
        {"retention": "REGULATORY", "reason": "The regulator asked."},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["retention"]) == (200, "REGULATORY")


def test_a_proposal_is_confirmed_or_declined_by_somebody_else() -> None:
    review = proposed(closed())
    assert sent(second(), "retention-decline", review.pk, reason="").status_code == 422
    assert sent(second(), "retention-decline", review.pk, reason="Ask legal.").status_code == 302
    assert RetentionReview.objects.get().state == "DUE"


def test_keeping_on_refuses_a_day_that_is_past_beside_the_field() -> None:
    review = review_of(closed())
    answer = sent(people.risk(), "retention-keep", review.pk, until="2020-01-01", reason="Still needed.")
    assert answer.status_code == 422
    assert "Choose a day after today." in answer.content.decode()
    assert (
        sent(people.risk(), "retention-keep", review.pk, until="2199-01-01", reason="Still needed.").status_code == 302
    )
    assert "Kept on" in seen(people.risk(), "retention", query={"tab": "settled"})


def test_auditors_read_reviews_and_decide_nothing() -> None:
    review = review_of(closed())
    assert "Only risk staff decide" in seen(people.auditor(), "retention-review", review.pk)
    assert sent(people.auditor(), "retention-propose", review.pk, reason="Away.").status_code == 403


@pytest.mark.parametrize("who", [people.member, people.responder, people.owner])
def test_others_do_not_see_what_is_due(who: Any) -> None:
    review = review_of(closed())
    seen(who(), "retention", status=403)
    seen(who(), "retention-review", review.pk, status=403)
    assert reverse("retention") not in seen(who(), "evidence-list")


def test_the_list_is_narrowed_by_state_class_hold_and_words() -> None:
    review_of(closed(retention="SHORT", title="Prompt log"))
    for query, is_there in (
        ({"state": "DUE"}, True), ({"state": "PROPOSED"}, False), ({"retention": "SHORT"}, True),
        ({"retention": "STANDARD"}, False), ({"hold": "yes"}, False), ({"q": "prompt"}, True), ({"q": "zzz"}, False),
    ):  # fmt: skip
        assert ("Prompt log" in seen(people.risk(), "retention", query=query)) is is_there, query


def test_what_was_disposed_of_offers_neither_download_nor_hold() -> None:
    from incidents.services import retention

    piece = closed()
    retention.confirm(proposed(piece), by=second(), at=LATER)
    text = seen(people.risk(), "evidence", piece.pk)
    assert "Disposed of at the end of its keeping" in text
    assert reverse("evidence-download", args=[piece.pk]) not in text
    assert reverse("evidence-hold", args=[piece.pk]) not in text
    assert sent(people.risk(), "evidence-download", piece.pk).status_code == 409
