"""The playbook of a workflow: begun from what is known, written in versions, looked through, read."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.kernel.http.moments import written
from registry.models import Playbook, User, Workflow
from registry.playbook_questions import FIELDS, LONGEST_ANSWER, Question
from registry.reports.playbook_drafts import drafts_for
from registry.services import playbooks
from registry.services import workflows as workflow_services
from tests import people
from tests.incidents import making as incidents
from tests.registry import making
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow(technical_owner=people.responder("Tess Technical"), affected_people="Claimants")
    making.signal(made)
    making.action(made)
    making.option(made)
    making.surface(made)
    return made


def begun(workflow: Workflow, by: User | None = None, **answers: str) -> Playbook:
    given = answers or {"what_counts": "A decline that cites no rule."}
    return playbooks.begin(
        workflow, by=by or people.owner(), at=timezone.now(), owner=people.owner(), reason="First", **given
    )


def change(playbook: Playbook, by: User | None = None, version: int | None = None, **fields: Any) -> Playbook:
    return playbooks.write(
        playbook, by=by or people.risk(), at=timezone.now(), reason="Learned", opened_version=version, **fields
    )


def step(client: Client, workflow: Workflow, question: Question) -> str:
    answer = client.get(f"/workflows/{workflow.pk}/playbook/{question.slug}/")
    assert answer.status_code == 200, question
    return answer.content.decode()


def test_first_words_come_from_what_the_registry_knows(workflow: Workflow) -> None:
    words = drafts_for(workflow)
    assert set(words) == set(FIELDS)
    assert "Share of declines" in words["what_counts"]
    assert "At SEV-1 begin with “Stop everything”" in words["containment"]
    assert "Letter service" in words["output_review"]
    assert "Tess Technical" in words["escalation"]
    assert "Claimants" in words["communication"]
    assert all(len(text) <= LONGEST_ANSWER for text in words.values())
    assert drafts_for(making.workflow(name="Bare"))["containment"] == ""


def test_the_form_begins_with_them_and_sent_twice_makes_one_playbook(workflow: Workflow) -> None:
    owner = signed_in(people.owner())
    url = f"/workflows/{workflow.pk}/playbook/write/"
    form = owner.get(url).context["form"]
    assert form["owner"].value() == people.owner().pk
    sent = {bound.name: bound.value() for bound in form if bound.value() is not None} | {"reason": "First"}
    assert owner.post(url, {**sent, "reason": ""}).status_code == 422
    assert owner.post(url, sent).status_code == 302
    assert owner.post(url, sent).status_code in {302, 422}
    assert Playbook.objects.get().what_counts.startswith("- Share of declines")


def test_an_answer_fits_one_screen_and_one_is_needed(workflow: Workflow) -> None:
    with pytest.raises(ValidationError) as refused:
        begun(workflow, learning="x" * (LONGEST_ANSWER + 1))
    assert list(refused.value.error_dict) == ["learning"]
    with pytest.raises(ValidationError) as refused:
        begun(workflow, learning="  ")
    assert list(refused.value.error_dict) == ["what_counts"]
    with pytest.raises(Refused):
        begun(workflow, by=people.responder())
    begun(workflow)
    with pytest.raises(Conflict):
        begun(workflow)


def test_every_saving_is_a_version_and_two_writers_meet(workflow: Workflow) -> None:
    first = begun(workflow)
    second = change(first, version=1, escalation="Call Tess.")
    assert (second.version, change(second, version=2, escalation="Call Tess.").version) == (2, 2)
    with pytest.raises(Stale):
        change(first, version=1, escalation="Call nobody.")
    owner = signed_in(people.owner())
    url = f"/workflows/{workflow.pk}/playbook/write/"
    form = owner.get(url).context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() is not None}
    change(second, version=2, learning="Drill it.")
    met = owner.post(url, {**sent, "reason": "Mine", "learning": "Write a test."})
    assert (met.status_code, met.context["meeting"].rows[0].name) == (200, "learning")
    assert "Drill it." in met.content.decode()


def test_whoever_owns_the_playbook_writes_it_too(workflow: Workflow) -> None:
    keeper = people.member("Kim Keeper")
    made = begun(workflow)
    with pytest.raises(Refused):
        change(made, by=keeper, learning="Mine")
    change(made, owner=keeper)
    assert change(made, by=keeper, learning="Mine").learning == "Mine"
    keeper.is_active = False
    keeper.save()
    with pytest.raises(ValidationError, match="has left"):
        change(made, owner=keeper, learning="Theirs")


def test_a_review_is_recorded_with_what_it_was_held_against(workflow: Workflow) -> None:
    begun(workflow)
    owner, url = signed_in(people.owner()), f"/workflows/{workflow.pk}/playbook/"
    assert "Never reviewed" in owner.get(url).content.decode()
    assert owner.post(f"{url}reviewed/", {"reason": " "}).status_code == 422
    assert owner.post(f"{url}reviewed/", {"reason": "Drill of May"}).status_code == 302
    made = Playbook.objects.get()
    assert (made.reviewed_by, made.version) == (people.owner(), 2)
    assert made.is_review_due(timezone.localdate() + timedelta(days=366))
    assert "Drill of May" in owner.get(url).content.decode()
    assert signed_in(people.responder()).post(f"{url}reviewed/", {"reason": "x"}).status_code == 403


def test_each_question_stands_beside_the_facts_of_the_moment(workflow: Workflow) -> None:
    member = signed_in(people.member())
    assert "Nobody has answered this yet" in step(member, workflow, Question.INCIDENT)
    begun(workflow, None, **dict.fromkeys(FIELDS, "Our **own** words."))
    told = {question: step(member, workflow, question) for question in Question}
    assert all("Our <strong>own</strong> words." in page for page in told.values())
    for question, words in {
        Question.INCIDENT: ["More than 9 % of an hour", "SEV-1", "a lead within 15 minutes"],
        Question.CONTAINMENT: ["Stop everything", "5 min · Responder", "Any responder; stands in: Incident lead"],
        Question.OUTPUTS: ["Send the decline letter → Letter service", "unchecked harm"],
        Question.ESCALATION: [
            "Technical lead: Tess Technical",
            "Business owner: Otto Owner",
            "after 5 minutes · Telephone",
        ],
        Question.COMMUNICATION: ["Customers, SEV-1: if it reached them", "Legal and compliance and Communications"],
        Question.EVIDENCE: ["Requests, prompts with their version", "Model: Triage model"],
        Question.LEARNING: ["A named person has approved the return", "2 % over spring", "Review within 5 days"],
    }.items():
        assert all(word in told[question] for word in words), question
    whole = member.get(f"/workflows/{workflow.pk}/playbook/whole/").content.decode()
    assert whole.count("Our <strong>own</strong> words.") == len(FIELDS)
    assert member.get(f"/workflows/{workflow.pk}/playbook/nothing/").status_code == 404


def test_an_earlier_version_is_read_at_its_moment_with_the_facts_of_then(workflow: Workflow) -> None:
    made = begun(workflow, escalation="Call Tess.")
    then = timezone.now()
    change(made, escalation="Call Uma.")
    workflow.refresh_from_db()
    workflow_services.edit(
        workflow, by=people.risk(), at=timezone.now(), opened_version=workflow.version, reason="Moved",
        technical_owner=people.responder("Uma Under"),
    )  # fmt: skip
    member, url = signed_in(people.member()), f"/workflows/{workflow.pk}/playbook/"
    early = member.get(f"{url}escalation/", {"at": written(then)}).content.decode()
    late = member.get(f"{url}escalation/").content.decode()
    assert ("Call Tess." in early, "Tess Technical" in early, "Uma" in early) == (True, True, False)
    assert ("Call Uma." in late, "Uma Under" in late) == (True, True)
    versions = member.get(url).context["versions"]
    assert [entry.reason for entry in versions] == ["Learned", "First"]


def test_the_room_leads_to_it(workflow: Workflow) -> None:
    incident = incidents.declared(workflow=workflow)
    page = signed_in(people.responder()).get(incident.get_absolute_url()).content.decode()
    assert f'href="/workflows/{workflow.pk}/playbook/"' in page


def test_a_page_costs_the_same_however_much_there_is(workflow: Workflow, django_assert_max_num_queries: Any) -> None:
    begun(workflow)
    client = signed_in(people.member())
    step(client, workflow, Question.CONTAINMENT)
    with django_assert_max_num_queries(10) as few:
        step(client, workflow, Question.CONTAINMENT)
    with django_assert_max_num_queries(24) as whole:
        client.get(f"/workflows/{workflow.pk}/playbook/whole/")
    for n in range(4):
        making.option(workflow, name=f"Switch {n}", named_executors=[people.member(f"Named {n}")])
        making.signal(workflow, name=f"Signal {n}")
    with django_assert_max_num_queries(len(few)):
        step(client, workflow, Question.CONTAINMENT)
    with django_assert_max_num_queries(len(whole)):
        client.get(f"/workflows/{workflow.pk}/playbook/whole/")
