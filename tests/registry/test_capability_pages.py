"""The gaps of one workflow on its pages: the task list, one capability, and saying something about it."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.kernel.http.moments import written
from registry.models import AuditEntry, CapabilityRecord, GapAcceptance, Workflow
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.registry.test_capability_services import KEY, accept, ask, meet, record_of, state, today
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    return made


@pytest.fixture
def owner() -> Client:
    return signed_in(people.owner())


def page(workflow: Workflow, rest: str = "") -> str:
    return f"/workflows/{workflow.pk}/capabilities/{rest}"


def html(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_shows_what_is_missing_first_and_why(workflow: Workflow, owner: Client) -> None:
    meet(workflow, "ESCALATION_PATH", evidence=SCRIPT)
    state(workflow, "ROLLBACK", at=timezone.now() - timedelta(days=20), due_date=today() - timedelta(days=2))
    accept(ask(workflow, "TOOL_LOGGING"))
    found = html(owner, page(workflow))
    places = [found.index(words) for words in ("2 days late", "Accepted for a time (1)", "Met (1)")]
    assert places == sorted(places)
    assert "Autonomy: <b>High</b>" in found
    assert "accepted by Eve Executive" in found
    assert SCRIPT not in found
    assert 'Gaps <span class="n">5</span>' in found
    overview = html(owner, f"/workflows/{workflow.pk}/")
    assert "5 of 7 are missing." in overview
    assert "2 days late" in overview


def test_owner_date_evidence_and_its_end_are_stated_on_pages(workflow: Workflow, owner: Client) -> None:
    due = (today() + timedelta(days=9)).isoformat()
    form = {"owner": people.owner().pk, "due_date": due, "reason": "Planned", "opened_version": 1}
    assert owner.post(page(workflow, f"{KEY}/state/"), form).status_code == 302
    evidence = {"evidence": SCRIPT, "evidence_url": "https://wiki.test/drill", "opened_version": 2}
    assert owner.post(page(workflow, f"{KEY}/met/"), evidence).status_code == 302
    found = html(owner, page(workflow, f"{KEY}/"))
    assert 'href="https://wiki.test/drill"' in found
    assert SCRIPT not in found
    gone = {"reason": "Removed", "opened_version": 3}
    assert owner.post(page(workflow, f"{KEY}/not-met/"), gone).status_code == 302
    assert not record_of(workflow).is_met
    assert AuditEntry.objects.filter(object_type="registry.capabilityrecord", reason="Removed").exists()
    assert "Removed" in html(owner, f"/workflows/{workflow.pk}/history/?kind=capabilities")


@pytest.mark.parametrize(
    ("rest", "form", "words"),
    [
        ("state/", {"owner": "", "due_date": "2099-01-01", "reason": "x"}, "Say who does it by then."),
        ("state/", {"owner": "", "due_date": "2024-02-30", "reason": "x"}, "Enter a valid date."),
        ("met/", {"evidence": "", "evidence_url": ""}, "Say what shows it"),
        ("met/", {"evidence_url": "http://plain.test/"}, "begins with https://"),
        ("acceptance/", {"until_date": "2020-01-01", "reason": "x"}, "Choose a day in the future."),
        ("acceptance/", {"until_date": "", "reason": ""}, "This field is required."),
    ],
)
def test_bad_input_is_named_at_its_field(workflow: Workflow, owner: Client, rest: str, form: Any, words: str) -> None:
    answer = owner.post(page(workflow, f"{KEY}/{rest}"), form)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_two_people_see_both_versions(workflow: Workflow, owner: Client) -> None:
    state(workflow, owner=people.risk())
    form = {"owner": people.owner().pk, "due_date": "", "reason": "Mine", "opened_version": 1}
    answer = owner.post(page(workflow, f"{KEY}/state/"), form)
    assert "Rita Risk" in answer.content.decode()
    assert record_of(workflow).owner == people.risk()


def test_an_acceptance_is_asked_for_once_decided_by_another_and_taken_back(workflow: Workflow, owner: Client) -> None:
    form = {"until_date": (today() + timedelta(days=30)).isoformat(), "reason": SCRIPT, "once": making.token()}
    for _sending in range(2):
        assert owner.post(page(workflow, f"{KEY}/acceptance/"), form).status_code == 302
    acceptance = GapAcceptance.objects.get()
    assert "another person has to decide" not in html(owner, page(workflow, f"{KEY}/"))
    decide = f"/gap-acceptances/{acceptance.pk}/decide/"
    assert owner.post(decide, {"verb": "accept", "reason": "Mine"}).status_code == 403
    executive = signed_in(people.executive())
    assert "Accept the gap" in html(executive, page(workflow, f"{KEY}/"))
    assert executive.post(decide, {"verb": "accept", "reason": " "}).status_code == 422
    assert executive.post(decide, {"verb": "accept", "reason": "For a month"}).status_code == 302
    assert "Accepted" in html(owner, page(workflow, f"{KEY}/"))
    assert SCRIPT not in html(owner, page(workflow, f"{KEY}/"))
    longer = {**form, "until_date": (today() + timedelta(days=60)).isoformat(), "once": making.token()}
    assert "Renew the acceptance" in html(owner, page(workflow, f"{KEY}/"))
    assert owner.post(page(workflow, f"{KEY}/acceptance/"), form | {"once": making.token()}).status_code == 422
    assert owner.post(page(workflow, f"{KEY}/acceptance/"), longer).status_code == 302
    assert "A renewal was asked for" in html(executive, page(workflow, f"{KEY}/"))
    renewal = GapAcceptance.objects.latest("pk")
    agreed = {"verb": "accept", "reason": "For another month"}
    assert executive.post(f"/gap-acceptances/{renewal.pk}/decide/", agreed).status_code == 302
    assert "Followed by another" in html(owner, page(workflow, f"{KEY}/"))
    assert owner.post(f"/gap-acceptances/{renewal.pk}/withdraw/", {"reason": "Met soon"}).status_code == 302
    assert record_of(workflow).accepted_until_date is None


def test_who_may_not_say_anything_sees_why(workflow: Workflow) -> None:
    member = signed_in(people.member())
    assert "Only the owners of this workflow and risk staff say what it can do." in html(member, page(workflow))
    for rest in ("state/", "met/", "not-met/", "acceptance/"):
        assert member.get(page(workflow, KEY + "/" + rest)).status_code == 403


def test_what_is_not_asked_for_has_no_page_to_say_something(workflow: Workflow, owner: Client) -> None:
    html(owner, page(workflow, "TRACE_IDS/met/"), 404)
    html(owner, page(workflow, "NO_SUCH_THING/"), 404)
    assert "Not asked for any more" in html(owner, page(workflow, "TRACE_IDS/"))


def test_before_the_assessment_and_with_all_low_the_page_says_so(owner: Client) -> None:
    bare = making.workflow(name="Bare")
    assert "Not assessed yet" in html(owner, page(bare))
    making.assessed(bare, answers=making.answers())
    assert "Nothing is asked for" in html(owner, page(bare))
    assert CapabilityRecord.objects.count() == 0


def test_the_list_at_an_earlier_moment_shows_what_was_known_then(workflow: Workflow, owner: Client) -> None:
    past = written(timezone.now() + timedelta(seconds=1))
    time.sleep(1.1)
    meet(workflow)
    assert "Met (1)" in html(owner, page(workflow))
    then = html(owner, page(workflow, f"?at={past}"))
    assert "Met (" not in then
    assert "Meet it" not in html(owner, page(workflow, f"{KEY}/?at={past}"))


def test_the_pages_stay_cheap(workflow: Workflow, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    state(workflow)
    accept(ask(workflow, "TOOL_LOGGING"))
    client = signed_in(people.risk())
    for rest in ("", f"{KEY}/"):
        client.get(page(workflow, rest))
        with django_assert_max_num_queries(14):
            client.get(page(workflow, rest))


def test_the_home_page_says_what_waits(workflow: Workflow, owner: Client) -> None:
    state(workflow, due_date=today() + timedelta(days=14))
    state(workflow, "ROLLBACK", due_date=today() + timedelta(days=15))
    ask(workflow, "TOOL_LOGGING")
    mine = html(owner, "/")
    assert "Gap: Kill switch" in mine
    assert "Gap: Rollback" not in mine
    assert "Accept a gap? Tool-level logging" not in mine
    assert "Accept a gap? Tool-level logging" in html(signed_in(people.executive()), "/")
