"""The pages of watching: the button on a workflow, many rows of the register, the list, and the notices of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident
from incidents.services import declaring, restricting
from registry.models import Notice, User, Watch, Workflow
from registry.services import news_telling, watches
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def test_one_button_watches_and_stops_watching(workflow: Workflow) -> None:
    member = people.member()
    client, page = signed_in(member), workflow.get_absolute_url()
    assert f'action="{page}watch/"' in client.get(page).content.decode()
    answer: Any = client.post(f"{page}watch/", {"back": page + "tier/"}, follow=True)
    assert "You watch Claims triage." in answer.content.decode()
    assert answer.redirect_chain == [(page + "tier/", 302)]
    assert f'action="{page}unwatch/"' in answer.content.decode()
    answer = client.post(f"{page}unwatch/", {"back": "https://elsewhere.example/"})
    assert answer.url == page
    assert not Watch.objects.exists()


def test_an_owner_watches_without_asking(workflow: Workflow) -> None:
    page = workflow.get_absolute_url()
    assert f'action="{page}unwatch/"' in signed_in(people.owner()).get(page).content.decode()


def test_chosen_rows_and_a_whole_view_of_the_register_are_watched(workflow: Workflow) -> None:
    member, other = people.member(), making.workflow(name="Another", stage="PILOT")
    client = signed_in(member)
    client.post("/workflows/watch/", {"pick": [workflow.pk]})
    assert set(watches.watched_by(member)) == {workflow}
    answer: Any = client.post("/workflows/watch/", {"scope": "view", "query": "sort=name"}, follow=True)
    assert "You watch 1 more workflow. 1 was watched already." in answer.content.decode()
    assert set(watches.watched_by(member)) == {workflow, other}
    assert client.post("/workflows/watch/").status_code == 409


def test_the_list_says_why_and_costs_the_same_for_many(workflow: Workflow, django_assert_max_num_queries: Any) -> None:
    owner = people.owner()
    client = signed_in(owner)
    for number in range(8):
        chosen = making.workflow(name=f"Other {number}", business_owner=people.risk())
        watches.watch(chosen, by=owner, at=timezone.now())
    watches.unwatch(workflow, by=owner, at=timezone.now())
    with django_assert_max_num_queries(12):
        page = client.get("/watches/").content.decode()
    assert (page.count("Stop watching"), page.count("Watch again"), page.count("Chosen<")) == (8, 1, 8)
    assert client.get("/watches/?show=muted").content.decode().count("<tr>") == 2
    assert "Nothing here" in signed_in(people.member()).get("/watches/").content.decode()


def test_notices_stand_under_the_workflow_and_what_is_restricted_since_is_kept_back(workflow: Workflow) -> None:
    member = people.member()
    client = signed_in(member)
    news_telling.begin(at=timezone.now())
    watches.watch(workflow, by=member, at=timezone.now())
    declaring.declare(by=people.risk(), at=timezone.now(), title="Astray", summary="Seen", workflow=workflow)
    news_telling.tell_news(at=timezone.now())
    page = client.get("/notices/?why=watched&about=incident").content.decode()
    assert f"Claims triage ({workflow.reference})" in page
    assert "Astray" in page
    assert "No notice matches" in client.get("/notices/?about=gap").content.decode()
    restricting.restrict(Incident.objects.get(), by=people.risk(), at=timezone.now(), reason="Names of customers")
    assert "Astray" not in client.get("/notices/").content.decode()
    shown = client.get(f"/notices/{Notice.objects.get(recipient=member).pk}/")
    assert (shown.status_code, b"Astray" in shown.content) == (200, False)


def test_the_mail_is_set_and_what_is_wrong_is_said_at_the_field() -> None:
    member = people.member()
    client = signed_in(member)
    given = {"digest_rhythm": "WEEKLY", "digest_weekday": "4", "digest_hour": "18", "time_zone": "America/St_Johns"}
    page: Any = client.post("/preferences/mail/", given, follow=True)
    assert "18:00 (America/St Johns)" in page.content.decode()
    member.refresh_from_db()
    assert (member.digest_weekday, member.history.first().history_change_reason) == (4, "Own notices by mail")
    assert client.post("/preferences/mail/", {**given, "time_zone": "Mars"}).status_code == 422
