from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import RoleAssignment
from registry.models import AuditEntry, User
from reviews.models import ActionItem, Review
from tests import people
from tests.reviews import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar() -> None:
    making.calendar()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_whole_way_of_a_review_through_its_pages() -> None:
    room = making.incident(on=making.workflow())
    author, risk = as_(people.responder()), as_(people.risk())
    author.post(reverse("incident-review", args=[room.pk]))
    found = Review.objects.get()
    saved = author.post(
        reverse("review-edit", args=[found.pk]), {**making.ANSWERS, "went_well": "", "opened_version": found.version}
    )
    assert saved.status_code == 302
    refused = author.post(reverse("review-submit", args=[found.pk]))
    assert refused.status_code == 422
    assert "There is no action item" in refused.content.decode()
    author.post(
        f"{reverse('action-new')}?review={found.pk}",
        {
            "title": "Put the refund limit into code",
            "category": "CONSTRAINT",
            "assignee": people.owner().pk,
            "due_date": making.today() + timedelta(days=9),
            "once": "a1",
        },
    )
    author.post(reverse("review-submit", args=[found.pk]))
    risk.post(reverse("review-decide", args=[found.pk]), {"decision": "approve", "note": "Good."})
    found.refresh_from_db()
    assert (found.status, found.actions.count()) == ("APPROVED", 1)


def test_the_whole_way_of_an_action_item_through_its_pages() -> None:
    item = making.action(due_in=3)
    owner, risk = as_(people.owner()), as_(people.risk())
    owner.post(reverse("action-start", args=[item.pk]))
    file = SimpleUploadedFile("run.txt", b"all 40 cases pass")
    owner.post(
        reverse("action-claim", args=[item.pk]),
        {"proof": "Merged.", "proof_url": "https://example.test/1", "file": file},
    )
    risk.post(
        reverse("action-verify", args=[item.pk]),
        {"accept": "yes", "reason": "", "effect_due_date": making.today() + timedelta(days=30)},
    )
    risk.post(reverse("action-effect", args=[item.pk]), {"recurred": "no", "reason": "No new case."})
    item.refresh_from_db()
    assert (item.state, item.proof_filename) == ("EFFECTIVE", "run.txt")


def test_the_proof_file_comes_as_a_download_that_is_on_record() -> None:
    item = making.action()
    file = SimpleUploadedFile("x.html", b"<script>alert(1)</script>", content_type="text/html")
    as_(people.owner()).post(reverse("action-claim", args=[item.pk]), {"proof": "See file.", "file": file})
    answer = as_(people.member()).get(reverse("action-proof", args=[item.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer) == b"<script>alert(1)</script>"
    event = AuditEntry.objects.get(event="DOWNLOADED")
    assert (event.object_type, event.object_id, event.actor_id) == (
        "reviews.actionitem",
        str(item.pk),
        people.member().pk,
    )


def test_a_missing_proof_keeps_what_was_typed() -> None:
    item = making.action()
    answer = as_(people.owner()).post(
        reverse("action-claim", args=[item.pk]), {"proof": "", "proof_url": "https://example.test/kept"}
    )
    assert answer.status_code == 422
    assert "https://example.test/kept" in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_and_nothing_is_claimed(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    item = making.action()
    typed = {"proof": "See file.", "file": SimpleUploadedFile("run.txt", b"more than ten bytes")}
    answer = as_(people.owner()).post(reverse("action-claim", args=[item.pk]), typed)
    item.refresh_from_db()
    assert (answer.status_code, item.state) == (422, "OPEN")
    assert "larger than the site accepts" in answer.content.decode()


def test_a_program_is_no_proof() -> None:
    item = making.action()
    typed = {"proof": "See file.", "file": SimpleUploadedFile("run.exe", b"MZ" + bytes(200))}
    answer = as_(people.owner()).post(reverse("action-claim", args=[item.pk]), typed)
    assert answer.status_code == 422
    assert "Programs are not kept here" in answer.content.decode()


def test_the_same_form_sent_twice_creates_one_item() -> None:
    typed = {
        "title": "Put the refund limit into code",
        "category": "CONSTRAINT",
        "assignee": people.owner().pk,
        "due_date": making.today() + timedelta(days=9),
        "once": "same",
    }
    client = as_(people.risk())
    answers = [client.post(reverse("action-new"), typed)["Location"] for _time in range(2)]
    assert ActionItem.objects.count() == 1
    assert answers[0] == answers[1]


def test_an_edit_over_a_newer_version_shows_both() -> None:
    found = making.review(making.incident())
    typed = {**making.ANSWERS, "root_cause": "Mine", "opened_version": 1}
    making_other = {**typed, "root_cause": "Theirs"}
    as_(people.risk()).post(reverse("review-edit", args=[found.pk]), making_other)
    answer = as_(people.responder()).post(reverse("review-edit", args=[found.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Take theirs" in page
    assert "Keep mine" in page
    again = as_(people.responder()).post(
        reverse("review-edit", args=[found.pk]), {**typed, "opened_version": 2, "keep_root_cause": "mine"}
    )
    found.refresh_from_db()
    assert (again.status_code, found.root_cause) == (302, "Mine")


def test_tabs_show_what_is_mine_overdue_and_to_verify() -> None:
    making.action(due_in=-3, title="Late one thing here", assignee=people.owner("Ola Other"))
    making.action(due_in=3, title="Mine to do here")
    making.action(state="DONE_CLAIMED", proof="x", title="Claimed by somebody else", assignee=people.member())
    client = as_(people.owner())
    pages = {
        tab: client.get(reverse("actions"), {"tab": tab}).content.decode() for tab in ("mine", "overdue", "verify")
    }
    titles = ("Mine to do here", "Late one thing here", "Claimed by somebody else")
    assert [[title in page for title in titles] for page in pages.values()] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ACT-", 0),
        ("q=limit", 1),
        ("state=IN_PROGRESS", 1),
        ("category=TRAINING", 1),
        ("category=TRAINING&category=CONSTRAINT", 2),
        ("assignee=me", 1),
        ("overdue=true", 1),
        ("state=NONSENSE&sort=nonsense&page=abc&incident=x", 0),
    ],
)
def test_filters_restrict_the_list(query: str, found: int) -> None:
    making.action(title="Put the limit into code", category="CONSTRAINT")
    making.action(title="Teach the desk to look", category="TRAINING", state="IN_PROGRESS", due_in=-1)
    making.action(title="Something quite different", assignee=people.risk())
    answer = as_(people.risk()).get(f"{reverse('actions')}?{query}")
    assert answer.status_code == 200
    assert answer.context["page_obj"].paginator.count == found


def test_items_of_restricted_incidents_are_shown_to_nobody_else() -> None:
    item = making.action(incident=making.incident(restricted=True), title="Rotate the leaked keys")
    client = as_(people.member())
    assert "Rotate" not in client.get(reverse("actions")).content.decode()
    assert client.get(reverse("action", args=[item.pk])).status_code == 404


def test_who_owes_a_restricted_item_sees_it_but_not_the_incident() -> None:
    item = making.action(incident=making.incident("Secret matter", restricted=True))
    page = as_(people.owner()).get(reverse("action", args=[item.pk])).content.decode()
    assert "A restricted incident" in page
    assert "Secret matter" not in page


def test_a_refused_step_says_why() -> None:
    item = making.action()
    answer = as_(people.member()).post(reverse("action-claim", args=[item.pk]), {"proof": "Done by me."})
    assert answer.status_code == 403
    assert "assigned to" in answer.content.decode()


@pytest.mark.parametrize(("name", "queries"), [("actions", 22), ("reviews", 17)])
def test_lists_stay_cheap_however_long(name: str, queries: int, django_assert_max_num_queries: Any) -> None:
    flow = making.workflow()
    for n in range(30):
        room = making.incident(f"Case {n}", on=flow)
        making.review(room)
        making.action(incident=room, workflow=flow, due_in=n)
    client = as_(people.risk())
    client.get(reverse(name))
    with django_assert_max_num_queries(queries):
        assert client.get(reverse(name)).status_code == 200


def test_the_page_of_an_item_stays_cheap(django_assert_max_num_queries: Any) -> None:
    from reviews.services.chasing import chase

    people.risk()
    people.executive()
    item = making.action(due_in=-22, incident=making.incident(), workflow=making.workflow(owner=people.owner()))
    chase(at=timezone.now())
    client = as_(people.risk())
    client.get(reverse("action", args=[item.pk]))
    with django_assert_max_num_queries(19):
        assert client.get(reverse("action", args=[item.pk])).status_code == 200


def test_the_tab_of_a_workflow_lists_its_items() -> None:
    flow = making.workflow()
    making.action(workflow=flow, title="Put the limit into code")
    page = as_(people.member()).get(reverse("workflow-actions", args=[flow.pk]))
    assert "Put the limit into code" in page.content.decode()


def test_closing_lists_what_is_not_met_and_takes_an_override_with_a_reason() -> None:
    room = making.incident()
    RoleAssignment.objects.create(
        incident=room, role="LEAD", person=people.risk(), assigned_by=people.risk(), started_at=timezone.now()
    )
    client = as_(people.risk())
    assert "requires a review" in client.get(reverse("incident-close", args=[room.pk])).content.decode()
    assert client.post(reverse("incident-close", args=[room.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("incident-close", args=[room.pk]), {"reason": "It was retired.", "override": "on"})
    room.refresh_from_db()
    assert room.state == "CLOSED"


def test_scripts_in_texts_are_shown_as_text() -> None:
    evil = "<script>alert(1)</script>"
    found = making.review(making.incident(evil), what_happened=evil)
    item = making.action(title=evil, description=evil, review=found, incident=found.incident)
    client = as_(people.risk())
    for name, pk in (("review", found.pk), ("action", item.pk), ("review-edit", found.pk)):
        assert evil not in client.get(reverse(name, args=[pk])).content.decode()
