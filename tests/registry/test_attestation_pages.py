"""Attesting on pages: a campaign from a view of the register, the page of an owner, and how far it has come."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.kernel.http.moments import written
from registry.models import Attestation, AttestationCampaign, Workflow
from registry.services import workflows
from tests import people
from tests.registry import attesting, making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    making.signal(made)
    return made


@pytest.fixture
def owner() -> Client:
    return signed_in(people.owner())


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def html(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "statement": attesting.STATEMENT,
        "parts": ["RECORD", "TIER"],
        "due_date": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "remind_every_days": 7,
        "escalate_after_days": 5,
        "escalate_to": people.executive().pk,
        "view": "tier=T1",
        "once": making.token(),
        **fields,
    }


def page(workflow: Workflow, rest: str = "") -> str:
    return f"/attestations/{attesting.of(workflow).pk}/{rest}"


def test_a_campaign_is_started_once_from_a_view_of_the_register(workflow: Workflow, risk: Client) -> None:
    making.workflow(name="Not tiered")
    assert "/campaigns/new/?tier=T1" in html(risk, "/workflows/?tier=T1")
    assert '<p class="strong">1 workflow</p>' in html(risk, "/campaigns/new/?tier=T1")
    sent = form()
    for _sending in range(2):
        assert risk.post("/campaigns/new/", sent).status_code == 302
    made = AttestationCampaign.objects.get()
    assert ([row.workflow for row in made.attestations.all()], made.view) == ([workflow], "tier=T1")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"due_date": "2020-01-01"}, "Choose a day in the future."),
        ({"remind_every_days": "0"}, "greater than or equal to 1"),
        ({"view": "tier=T4"}, "No workflow is in this view"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    workflow: Workflow, risk: Client, fields: Any, words: str
) -> None:
    answer = risk.post("/campaigns/new/", form(statement="Typed with care.", **fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Typed with care." in answer.content.decode()


def test_the_owner_reads_what_changed_and_signs_one_after_the_other(workflow: Workflow, owner: Client) -> None:
    attesting.campaign(workflow)
    attesting.attested(attesting.of(workflow))
    current = Workflow.objects.get(pk=workflow.pk)
    workflows.edit(
        current, by=people.owner(), at=timezone.now(), reason="x", opened_version=current.version, purpose=SCRIPT
    )
    other = making.workflow(name="Letters")
    attesting.campaign(workflow, other, name="Next year")
    shown = html(owner, page(workflow))
    assert "What changed since last time" in shown
    assert "<dt>Purpose</dt>" in shown
    assert "1 of 2" in shown
    assert SCRIPT not in shown
    assert "Attested for the first time" in html(owner, page(other))
    seen = owner.get(page(workflow)).context["seen"]
    answer = owner.post(page(workflow), {"seen": seen})
    assert answer["Location"] == page(other)
    assert "What was attested" in html(owner, page(workflow))
    assert owner.post(page(other), {"seen": owner.get(page(other)).context["seen"]})["Location"] == "/attestations/"


def test_what_was_changed_meanwhile_is_shown_again_instead_of_signed(workflow: Workflow, owner: Client) -> None:
    attesting.campaign(workflow)
    answer = owner.post(page(workflow), {"seen": "0" * 64})
    assert answer.status_code == 409
    assert "Look at it again before you attest it." in answer.content.decode()
    assert attesting.of(workflow).state == "OPEN"


def test_not_true_leads_to_the_correction_and_back(workflow: Workflow, owner: Client) -> None:
    attesting.campaign(workflow)
    assert owner.post(page(workflow, "correct/"), {"part": "RECORD", "what": ""}).status_code == 422
    answer = owner.post(page(workflow, "correct/"), {"part": "RECORD", "what": "Another purpose"})
    assert answer["Location"] == f"/workflows/{workflow.pk}/edit/"
    assert "go back and attest it" in html(owner, answer["Location"])
    assert "go back and attest it" not in html(signed_in(people.risk()), f"/workflows/{workflow.pk}/")
    current = Workflow.objects.get(pk=workflow.pk)
    edit = {"purpose": "True now", "name": current.name, "reason": "Corrected", "opened_version": current.version}
    assert owner.post(f"/workflows/{workflow.pk}/edit/?part=purpose", edit)["Location"] == page(workflow)
    assert "Another purpose" in html(owner, page(workflow))


def test_not_mine_is_handed_on_with_a_reason(workflow: Workflow, owner: Client) -> None:
    attesting.campaign(workflow)
    heir = people.owner("Hera Heir")
    assert owner.post(page(workflow, "hand-on/"), {"person": heir.pk, "reason": ""}).status_code == 422
    answer = owner.post(page(workflow, "hand-on/"), {"person": people.owner().pk, "reason": "Me"})
    assert "is asked already" in answer.content.decode()
    assert owner.post(page(workflow, "hand-on/"), {"person": heir.pk, "reason": "Hers"}).status_code == 302
    assert "Handed on by Otto Owner" in html(signed_in(heir), page(workflow))
    assert "1 workflow waits for you." in html(signed_in(heir), "/attestations/")
    assert "Attest 1 workflow" in html(signed_in(heir), "/")


def test_only_what_has_not_changed_is_offered_to_be_signed_together(workflow: Workflow, owner: Client) -> None:
    other = making.workflow(name="Letters")
    attesting.campaign(workflow)
    attesting.attested(attesting.of(workflow))
    attesting.campaign(workflow, other, name="Next year")
    answer = owner.get("/attestations/")
    assert [each.row.workflow for each in answer.context["unchanged"]] == [workflow]
    assert [each.row.workflow for each in answer.context["others"]] == [other]
    row, letters = attesting.of(workflow), attesting.of(other)
    picks = [f"{row.pk}:{attesting.shown(row)}", f"{letters.pk}:{attesting.shown(letters)}", "x", "99999999:ab"]
    answer = owner.post("/attestations/unchanged/", {"pick": picks}, follow=True)
    assert "1 workflow is attested." in answer.content.decode()
    assert "Letters was changed meanwhile" in answer.content.decode()
    assert attesting.of(workflow).is_bulk
    assert owner.post("/attestations/unchanged/", {}).status_code == 409


def test_others_see_the_page_and_why_they_cannot_answer(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    member = signed_in(people.member())
    assert "Only whoever is asked and the owners of this workflow attest it." in html(member, page(workflow))
    for rest in ("correct/", "hand-on/", "excuse/"):
        assert member.get(page(workflow, rest)).status_code == 403
    assert member.post(page(workflow), {"seen": attesting.shown(attesting.of(workflow))}).status_code == 403


def test_every_number_of_the_progress_leads_to_exactly_its_rows(workflow: Workflow, risk: Client) -> None:
    letters = making.workflow(name="Letters")
    made = attesting.campaign(workflow, letters, making.workflow(name="Third", business_owner=None))
    attesting.attested(attesting.of(letters))
    url = f"/campaigns/{made.pk}/"
    answer = risk.get(url)
    for bar in answer.context["progress"]:
        for share in bar.shares:
            query = f"{f'tier={bar.query}&' if bar.query else ''}state={share.state}"
            assert risk.get(f"{url}?{query}").context["page_obj"].paginator.count == share.number, query
    for each in answer.context["people"]:
        query = f"?asked={each.pk or 'none'}&state=OPEN&state=CORRECTING"
        assert risk.get(url + query).context["page_obj"].paginator.count == each.number
    for name, options in answer.context["facets"].items():
        for option in options:
            found = risk.get(f"{url}?{name}={option.value}").context["page_obj"].paginator.count
            assert found == option.count, (name, option)
    listed = [row.workflow.name for row in risk.get(f"{url}?q=letters&sort=-asked").context["page_obj"]]
    assert listed == ["Letters"]


@pytest.mark.parametrize("query", ["sort=nonsense", "state=NOPE", "asked=%00", "q=%00", "page=x", f"asked={'9' * 30}"])
def test_what_cannot_be_understood_breaks_nothing(workflow: Workflow, risk: Client, query: str) -> None:
    html(risk, f"/campaigns/{attesting.campaign(workflow).pk}/?{query}")
    html(risk, f"/attestations/?campaign={'9' * 30}")


def test_risk_staff_remind_those_picked_and_close(workflow: Workflow, risk: Client) -> None:
    made = attesting.campaign(workflow, making.workflow(name="Letters"))
    url, row = f"/campaigns/{made.pk}/", attesting.of(workflow)
    assert "Otto Owner" in risk.post(f"{url}remind/", {"pick": [row.pk]}).content.decode()
    answer = risk.post(f"{url}remind/", {"pick": [row.pk], "words": "Please"}, follow=True)
    assert "1 person is reminded." in answer.content.decode()
    assert "Otto Owner" in html(risk, f"{url}close/")
    assert risk.post(f"{url}close/", {"note": SCRIPT}).status_code == 302
    closed = html(risk, url)
    assert "Who did not" in closed
    assert SCRIPT not in closed
    assert risk.post(f"{url}close/", {}).status_code == 409
    assert signed_in(people.owner()).get(f"{url}close/").status_code == 403


def test_the_rows_leave_as_a_file(workflow: Workflow, risk: Client) -> None:
    made = attesting.campaign(workflow)
    attesting.attested(attesting.of(workflow))
    answer: Any = risk.get(f"/campaigns/{made.pk}/export/csv/?state=ATTESTED")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "Claims triage,T1 Critical,Otto Owner,Attested,Otto Owner" in lines[1]


def test_the_register_finds_what_is_late_open_done_and_never_attested(workflow: Workflow, risk: Client) -> None:
    letters, third = making.workflow(name="Letters"), making.workflow(name="Third")
    attesting.campaign(workflow, letters)
    attesting.attested(attesting.of(letters))
    AttestationCampaign.objects.get()
    Workflow.objects.get(pk=workflow.pk)

    def names(query: str) -> set[str]:
        return {row.name for row in risk.get(f"/workflows/?{query}", follow=True).context["page_obj"]}

    assert names("attestation=open") == names("q=attestation:open") == {"Claims triage"}
    assert names("attestation=done") == names("q=attestation:yes") == {"Letters"}
    assert names("attestation=never") == {third.name}
    late = Workflow.objects.get(pk=workflow.pk)
    late.attestation_due_date = timezone.localdate() - timedelta(days=1)
    late.save()
    assert names("attestation=overdue") == names("q=attestation:late") == {"Claims triage"}
    options = {o.value: o.count for o in risk.get("/workflows/").context["facets"]["attestation"]}
    assert options == {"overdue": 1, "open": 0, "done": 1, "never": 1}
    assert "Last attested" in html(risk, "/workflows/?cols=attestation,attested&sort=-attested")


def test_pages_show_what_was_known_then(workflow: Workflow, risk: Client) -> None:
    made = attesting.campaign(workflow)
    past = written(timezone.now() + timedelta(seconds=1))
    time.sleep(1.1)
    attesting.attested(attesting.of(workflow))
    for url in (f"/campaigns/{made.pk}/", "/campaigns/", page(workflow), f"/workflows/{workflow.pk}/attestations/"):
        now, then = html(risk, url), html(risk, f"{url}?at={past}")
        assert "As known at" in then
        assert ("Attested" in now, now == then) == (True, False)
    assert risk.get(f"/campaigns/{made.pk}/?state=ATTESTED&at={past}").context["page_obj"].paginator.count == 0
    assert 'class="signbar"' not in html(signed_in(people.owner()), f"{page(workflow)}?at={past}")


def test_the_pages_stay_cheap(workflow: Workflow, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    more = [making.workflow(name=f"Workflow {number}") for number in range(6)]
    made = attesting.campaign(workflow, *more)
    for row in more:
        attesting.attested(attesting.of(row))
    attesting.campaign(workflow, *more, name="Next")
    owner, risk = signed_in(people.owner()), signed_in(people.risk())
    for client, url, most in (
        (owner, "/attestations/", 12),
        (owner, page(workflow), 26),
        (risk, f"/campaigns/{made.pk}/", 18),
        (risk, "/campaigns/", 10),
    ):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
    assert Attestation.objects.count() == 14
