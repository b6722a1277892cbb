"""Asking and deciding on pages and through the API."""

import pytest
from django.test import Client

from registry.models import Erasure, User
from registry.services import erasures
from tests import people
from tests.erasure.test_erasing import NOW, asked, leaver
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "/audit/erasures/ask/"


def client(user: User) -> Client:
    return signed_in(user)


def test_asked_for_and_confirmed_on_pages() -> None:
    person = leaver()
    address = f"{ASK}?object_type=registry.user&object_id={person.pk}"
    assert b"Pat Private" in client(people.risk()).get(address).content
    given = {"fields_chosen": ["email", "name"], "basis": "OBJECTION", "reason": "By letter"}
    answer = client(people.risk()).post(address, given)
    erasure = Erasure.objects.get()
    assert answer.headers["Location"] == f"/audit/erasures/{erasure.pk}/"
    decider = client(people.executive())
    assert b"Personal values" in decider.get(f"/audit/erasures/{erasure.pk}/").content
    decider.post(f"/audit/erasures/{erasure.pk}/", {"decision": "DONE", "note": "Checked"})
    person.refresh_from_db()
    assert person.name == "[erased]"


def test_the_history_page_of_the_person_shows_what_is_left() -> None:
    person = leaver()
    erasures.confirm(asked(person, "email", "name", "title"), by=people.executive(), at=NOW, note="x")
    page = client(people.auditor()).get(f"/audit/?type=registry.user&object={person.pk}").content.decode()
    assert "[erased]" in page
    assert "Private" not in page


def test_whoever_asked_cannot_decide_on_the_page() -> None:
    erasure = asked(leaver(), "name")
    page = client(people.risk())
    assert "Somebody else decides" in page.get(f"/audit/erasures/{erasure.pk}/").content.decode()
    assert page.post(f"/audit/erasures/{erasure.pk}/", {"decision": "DONE", "note": "x"}).status_code == 403


def test_an_unknown_record_is_said_to_be_unknown() -> None:
    answer = client(people.risk()).get(f"{ASK}?object_type=registry.user&object_id=999999")
    assert answer.status_code == 422
    assert "There is no such record." in answer.content.decode()


def test_auditors_read_and_others_do_not() -> None:
    assert client(people.auditor()).get("/audit/erasures/").status_code == 200
    assert client(people.owner()).get("/audit/erasures/").status_code == 403


def test_asked_for_and_confirmed_through_the_api() -> None:
    person = leaver()
    given = {
        "object_type": "registry.user",
        "object_id": str(person.pk),
        "fields_erased": ["name"],
        "basis": "UNLAWFUL",
        "reason": "x",
    }
    answer = client(people.risk()).post("/api/v1/erasures/", given, content_type="application/json")
    assert answer.status_code == 201
    pk = answer.json()["id"]
    decided = client(people.executive()).post(
        f"/api/v1/erasures/{pk}/confirm/", {"note": "Checked"}, content_type="application/json"
    )
    assert decided.json()["state"] == "DONE"


def test_a_field_that_is_no_words_cannot_be_erased() -> None:
    person = leaver()
    given = {"object_type": "registry.user", "object_id": str(person.pk), "basis": "UNLAWFUL", "reason": "x"}
    body = {**given, "fields_erased": ["is_active"]}
    answer = client(people.risk()).post("/api/v1/erasures/", body, content_type="application/json")
    assert answer.status_code == 422
