"""People who leave: what they answered for passes on in one transaction, or stays for a reason and is chased."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.models import Obligation, RoleAssignment
from incidents.services import declaring, evidence_requests, obligations, restricting, webhook_endpoints
from incidents.services import people as rooms
from intake.services import sources
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Attestation, Notice, Signal, Succession, User, Workflow
from registry.organisation_rules import RulesKind
from registry.services import (
    custom_fields,
    gap_chase,
    organisation_rules,
    orphan_chase,
    playbooks,
    succession,
    vendors,
    workflows,
)
from registry.services import people as services
from registry.services.holdings import held_by, known
from registry.services.succession import Choice
from reviews.models import ActionItem
from reviews.services import actions
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import attesting, making
from tests.registry.making import SCRIPT
from tests.registry.test_capability_services import state
from tests.shipped import restore
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver() -> User:
    """Answers for one thing of nearly every kind."""
    restore()
    gone = people.owner("Gone Tomorrow")
    now = timezone.now()
    workflow = making.workflow(business_owner=gone, technical_owner=gone)
    making.assessed(workflow)
    making.signal(workflow, owner=gone)
    vendors.add(by=people.risk(), at=now, reason="x", name="Model house", owner=gone)
    making.option(workflow, named_executors=[gone, people.responder()])
    state(workflow, by=people.risk(), owner=gone)
    attesting.campaign(workflow, escalate_to=gone)
    playbooks.begin(workflow, by=people.risk(), at=now, owner=gone, reason="x", what_counts="Wrong letters")
    field = custom_fields.define(by=people.risk(), at=now, reason="x", name="Steward", kind="PERSON")
    current = Workflow.objects.get(pk=workflow.pk)
    workflows.edit(
        current, by=people.risk(), at=now, reason="x", opened_version=current.version, custom={field.key: gone.pk}
    )
    incident = declaring.declare(by=gone, at=now, title="Wrong letters", summary="Eleven.", workflow=workflow)
    rooms.assign(incident, role="TECHNICAL", person=gone, by=people.risk(), at=now)
    obligations.add(
        incident, by=people.risk(), at=now, name="Notice", starts_at=now, due_at=now + timedelta(days=3), owner=gone
    )
    evidence_requests.ask(incident, by=people.risk(), at=now, person=gone, wanted="The log", reason="It decides")
    actions.create(
        by=people.risk(), at=now, title="Alert", category="DETECTION_GAP", assignee=gone,
        due_date=timezone.localdate() + timedelta(days=9), incident=incident,
    )  # fmt: skip
    sources.add(by=people.risk(), at=now, name="Evaluations", kind="GENERIC", owner=gone)
    webhook_endpoints.add(
        by=people.administrator(), at=now, name="Pager", url="https://pager.example.test/in", owner=gone
    )
    return gone


def closed(person: User, **given: Any) -> User:
    return services.deactivate(person, by=people.administrator(), at=timezone.now(), reason="Left", **given)


def keys(person: User) -> dict[str, str]:
    """Kind → key of what the person holds."""
    return {holding.kind.key: holding.key for holding in held_by(person, seen_by=people.administrator())}


def test_one_successor_takes_everything_and_each_record_has_it_in_its_history(leaver: User) -> None:
    held = keys(leaver)
    assert set(held) == {kind.key for kind in known()} - {"deputy", "rules", "chase-calendar", "gate-condition"}
    heir = people.owner("Hera Heir")
    closed(leaver, successor=heir)
    assert held_by(leaver, seen_by=people.risk()) == []
    assert set(keys(heir)) == set(held)
    workflow = Workflow.objects.get()
    assert list(workflow.custom.values()) == [{"person": heir.pk}]
    assert workflow.history.latest("history_id").history_change_reason == "Left"
    assert Signal.objects.get().history.latest("history_id").history_user_id == people.administrator().pk
    assert Attestation.objects.get().handed_reason == "Left"
    assert RoleAssignment.objects.filter(role="TECHNICAL", ended_at__isnull=True).get().person == heir
    assert Obligation.objects.get().owner == heir
    assert ActionItem.objects.get().assignee == heir
    assert Succession.objects.filter(person=leaver, successor=heir).count() == len(held)
    told = Notice.objects.filter(recipient=heir, kind="OWNERSHIP")
    assert "Closes a gap: WF-" in told.get().body


def test_single_things_go_to_others_and_the_rest_to_one(leaver: User) -> None:
    held, heir, other = keys(leaver), people.owner("Hera Heir"), people.responder()
    successors = {held["signal"]: other, held["gap"]: None}
    with pytest.raises(ValidationError) as refused:
        closed(leaver, successor=heir, successors=successors)
    assert "1 thing stays without anybody" in refused.value.message_dict["without_reason"][0]
    assert User.objects.get(pk=leaver.pk).is_active
    closed(leaver, successor=heir, successors=successors, without_reason="The gap is nobody's yet")
    assert Signal.objects.get().owner == other
    assert [holding.kind.key for holding in held_by(leaver, seen_by=people.risk())] == ["gap"]
    assert Succession.objects.get(person=leaver, successor=None).reason == "The gap is nobody's yet"


def test_whoever_cannot_take_a_thing_is_refused_beside_it_and_nothing_happens(leaver: User) -> None:
    held, auditor = keys(leaver), people.auditor()
    with pytest.raises(ValidationError) as refused:
        closed(leaver, successor=people.owner("Hera Heir"), successors={held["business-owner"]: people.member()})
    assert list(refused.value.message_dict) == [held["business-owner"]]
    with pytest.raises(ValidationError, match="write nothing"):
        closed(leaver, successor=people.owner("Hera Heir"), successors={held["signal"]: auditor})
    with pytest.raises(Conflict):
        closed(leaver, successor=people.owner("Hera Heir"), successors={"signal:99999": None})
    assert User.objects.get(pk=leaver.pk).is_active
    assert not Succession.objects.exists()


def test_of_restricted_incidents_an_administrator_sees_nothing_and_risk_staff_hear(leaver: User) -> None:
    role = RoleAssignment.objects.get(role="TECHNICAL")
    restricting.restrict(role.incident, by=people.risk(), at=timezone.now(), reason="Names")
    assert not {"incident-role", "obligation"} & set(keys(leaver))
    page = signed_in(people.administrator()).get(f"/people/{leaver.pk}/close/").content.decode()
    assert "Wrong letters" not in page
    closed(leaver, successor=people.owner("Hera Heir"))
    role.refresh_from_db()
    assert (role.ended_at is not None, role.end_reason) == (True, "Left")
    assert Notice.objects.filter(recipient=people.risk(), subject="A restricted incident needs you").exists()
    assert {h.kind.key for h in held_by(leaver, seen_by=people.risk())} == {"obligation", "action", "evidence-request"}
    assert not Succession.objects.filter(kind__in=["obligation", "incident-role"]).exists()


def test_a_role_that_nobody_takes_ends(leaver: User) -> None:
    closed(leaver, without_reason="Nobody is hired yet")
    assert RoleAssignment.objects.get(role="TECHNICAL").end_reason == "Nobody is hired yet"


def test_risk_staff_hear_once_a_week_of_what_names_a_leaver_until_nothing_does(leaver: User) -> None:
    closed(leaver, without_reason="Nobody is hired yet")
    now = timezone.now()
    assert [orphan_chase.chase(at=now) for _run in range(2)] == [1, 0]
    told = Notice.objects.get(kind="ORPHANS")
    assert told.url == f"/people/{leaver.pk}/hand-over/"
    assert "Owner of a signal: 1" in told.body
    assert orphan_chase.chase(at=now + timedelta(days=7)) == 1
    heir = people.owner("Hera Heir")
    with pytest.raises(Refused):
        succession.hand_over(leaver, Choice(heir), by=people.owner(), at=now, reason="Mine")
    succession.hand_over(leaver, Choice(heir), by=people.risk(), at=now, reason="Hired")
    assert orphan_chase.chase(at=now + timedelta(days=14)) == 0
    with pytest.raises(Conflict):
        succession.hand_over(leaver, Choice(heir), by=people.risk(), at=now, reason="Again")
    making.workflow(name="Bare", business_owner=None)
    assert orphan_chase.chase(at=now + timedelta(days=14)) == 1
    gap_chase.chase(at=now)


def test_owners_of_rules_pass_on_and_escalation_paths_are_told_to_risk_staff() -> None:
    gone, heir, now = people.owner("Gone Tomorrow"), people.owner("Hera Heir"), timezone.now()
    paths: dict[str, Any] = copy.deepcopy(RulesKind.ESCALATION.shipped)
    paths["levels"]["SEV-3"][-1] |= {"role": None, "person": gone.pk}
    rules = organisation_rules.propose(
        by=people.risk(), at=now, kind=RulesKind.ESCALATION, definition=paths, owner=gone, reason="Night"
    )
    assert keys(gone) == {"rules": f"rules:{rules.pk}"}
    assert (
        "The escalation names them"
        in signed_in(people.administrator()).get(f"/people/{gone.pk}/close/").content.decode()
    )
    closed(gone, successor=heir)
    rules.refresh_from_db()
    assert (rules.owner, rules.definition) == (heir, paths)
    assert [orphan_chase.chase(at=now) for _run in range(2)] == [1, 0]
    assert Notice.objects.get(kind="ORPHANS").url == "/rules/escalation/"


def test_the_register_finds_what_names_somebody_who_left(leaver: User) -> None:
    making.workflow(name="Letters")
    client = signed_in(people.risk())
    closed(leaver, without_reason="Nobody is hired yet")
    for query in ("owner=gone", "q=owner:gone"):
        found = client.get(f"/workflows/?{query}", follow=True).context
        assert [row.name for row in found["page_obj"]] == ["Claims triage"]
    options = {o.value: o.count for o in client.get("/workflows/").context["facets"]["owner"]}
    assert options["gone"] == 1


def test_the_page_previews_what_moves_and_loses_nothing_that_was_typed(leaver: User) -> None:
    client, heir = signed_in(people.administrator()), people.owner("Hera Heir")
    url, held = f"/people/{leaver.pk}/close/", keys(leaver)
    page = client.get(url).content.decode()
    assert f'name="to-{held["signal"]}"' in page
    sent = {"successor": heir.pk, f"to-{held['signal']}": "Nobody Known", "reason": SCRIPT, "step": "preview"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    for words in ("Nobody who is active is called “Nobody Known”.", 'value="Nobody Known"'):
        assert words in answer.content.decode()
    sent |= {f"to-{held['signal']}": "rae responder", f"nobody-{held['gap']}": "on"}
    assert "Choose a successor, or say why." in client.post(url, sent).content.decode()
    sent["without_reason"] = "Later"
    preview = client.post(url, sent).content.decode()
    assert "15 things are handed over. 1 thing stays without anybody." in preview
    assert SCRIPT not in preview
    assert User.objects.get(pk=leaver.pk).is_active
    assert client.post(url, {**sent, "step": "back"}).status_code == 200
    assert client.post(url, {**sent, "step": "apply"}).status_code == 302
    assert Signal.objects.get().owner == people.responder()
    left = client.get(f"/people/{leaver.pk}/").content.decode()
    assert "This still names them" in left
    assert "to nobody" in left
    risk = signed_in(people.risk())
    assert risk.post(f"/people/{leaver.pk}/hand-over/", {"successor": heir.pk, "reason": "x"}).status_code == 302
    assert signed_in(people.owner()).get(f"/people/{leaver.pk}/hand-over/").status_code == 403


def test_a_program_previews_and_closes_an_account(leaver: User) -> None:
    client, heir = client_of(people.administrator()), people.owner("Hera Heir")
    one = f"{V1}/people/{leaver.pk}/"
    held = {row["object_type"]: row["key"] for row in client.get(f"{one}holdings/").json()}
    assert held["registry.signal"] == keys(leaver)["signal"]
    body = {"reason": "Left", "successor": heir.pk, "successors": {held["registry.signal"]: None}}
    assert "without_reason" in problem_of(client.post(f"{one}deactivate/", body), 422)["errors"]
    assert (
        "successors"
        in problem_of(client.post(f"{one}deactivate/", {**body, "successors": {"x": 10**9}}), 422)["errors"]
    )
    problem_of(client_of(people.risk()).post(f"{one}deactivate/", body), 403)
    done = client.post(f"{one}deactivate/", {**body, "without_reason": "Later"}).json()
    assert (done["person"]["is_active"], done["handed_over"], done["without_anybody"]) == (False, 15, 1)
    later = client_of(people.risk()).post(f"{one}hand-over/", {"reason": "Hired", "successor": heir.pk}).json()
    assert later["handed_over"] == 1
    assert client.post(f"{one}reactivate/", {"reason": "Back"}).json()["is_active"]


def test_closing_costs_no_more_queries_for_many_workflows(leaver: User, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        making.workflow(name=f"More {number}", business_owner=leaver)
    with django_assert_max_num_queries(180):
        closed(leaver, successor=people.owner("Hera Heir"))
