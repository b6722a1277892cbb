"""One search over all kinds: by words, beginnings and references; what is restricted leaks nothing."""

from typing import Any

import pytest
from django.utils import timezone

from registry.models import User, Vendor
from registry.services import surfaces
from reviews.reports.search import search
from tests import people
from tests.api.clients import V1, client_of
from tests.registry.register_cast import many, open_action, open_incident, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def found(user: User, words: str) -> dict[str, list[str]]:
    return {part.kind: [hit.title for hit in part.hits] for part in search(user, words) if part.hits}


def test_every_kind_is_found_by_the_beginning_of_a_word() -> None:
    risk = people.risk("Letta Reader")
    row = workflow("Letter drafting", purpose="Answers post")
    workflow("Post sorting", purpose="Sorts letters by urgency")
    surfaces.add_surface(row, by=risk, at=timezone.now(), kind="PROMPT", name="Letter prompt", reason="x")
    Vendor.objects.create(name="Letterworks")
    open_incident(row, risk)
    action = open_action(row, risk)
    action.title = "Count letters"
    action.save()
    assert found(people.member(), "let") == {
        "workflows": ["Letter drafting", "Post sorting"],  # the name weighs more
        "incidents": ["Wrong letters"],
        "actions": ["Count letters"],
        "surfaces": ["Prompt: Letter prompt"],
        "vendors": ["Letterworks"],
        "people": ["Letta Reader"],
    }
    assert found(risk, row.reference)["workflows"] == ["Letter drafting"]
    assert found(risk, action.reference) == {"actions": ["Count letters"]}
    assert found(risk, "l") == {}
    assert found(risk, "letter unknownword") == {}


def test_a_restricted_incident_and_what_belongs_to_it_do_not_exist_for_others() -> None:
    risk, row = people.risk(), workflow("A")
    incident = open_incident(row, risk, visibility="RESTRICTED")
    action = open_action(row, risk)
    action.title, action.incident = "Wrong letters again", incident
    action.save()
    member = people.member()
    for words in ("wrong letters", incident.reference, action.reference):
        assert found(member, words) == {}
        answer = client_of(member).get(f"{V1}/search/", {"q": words}).json()
        assert [part["count"] for part in answer["results"]] == ["0"] * 8
    assert set(found(risk, "wrong letters")) == {"incidents", "actions"}


@pytest.mark.parametrize("words", ["'; DROP", "a\x00b", "((&|!:*", "-- ", "%", "\\", "x" * 5000, "0" * 30, "WF-"])
def test_no_text_breaks_it(words: str) -> None:
    workflow("A")
    assert signed_in(people.member()).get("/search/", {"q": words}).status_code == 200


def test_the_page_counts_to_ninety_nine_and_shows_kinds_as_tabs(django_assert_max_num_queries: Any) -> None:
    many(120)
    client = signed_in(people.member())
    client.get("/search/")
    with django_assert_max_num_queries(22):
        page = client.get("/search/?q=workflow").content.decode()
    assert '<span class="n">99+</span>' in page
    assert page.count("Workflow number") == 5
    alone = client.get("/search/?q=workflow&kind=workflows").content.decode()
    assert alone.count("Workflow number") == 100
    palette = client.get("/palette/?q=workflow").json()["groups"]
    assert palette[0]["label"] == "Workflows"
    assert any(item["url"] == "/search/?q=workflow" for group in palette for item in group["items"])
