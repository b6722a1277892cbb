"""Readiness beside the rules: kept with every change, aged by the sweep, shown, found, and as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry.models import Workflow
from registry.playbook_questions import FIELDS
from registry.readiness import judge
from registry.reports.attesting import shown
from registry.reports.readiness_facts import facts_of
from registry.services import (
    assessments,
    attestation_campaigns,
    attestations,
    baselines,
    capabilities,
    changing,
    containment,
    downstream,
    gap_acceptances,
    playbooks,
    readiness,
    signals,
    surfaces,
    workflows,
)
from registry.services import people as people_services
from reviews.services import actions
from tests import people
from tests.incidents import making as incidents
from tests.registry import making
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def now() -> Any:
    return timezone.now()


def kept(workflow: Workflow) -> tuple[Any, ...]:
    stored = Workflow.objects.get(pk=workflow.pk)
    return tuple(getattr(stored, name) for name in readiness.KEPT)


def judged_afresh(workflow: Workflow, at: Any) -> tuple[Any, ...]:
    stored = Workflow.objects.get(pk=workflow.pk)
    readiness.put_readiness([stored], at=at)
    return tuple(getattr(stored, name) for name in readiness.KEPT)


def an_acceptance(workflow: Workflow) -> None:
    day = timezone.localdate() + 30 * DAY
    asked = gap_acceptances.ask(workflow, "ROLLBACK", by=people.owner(), at=now(), reason="Soon", until_date=day)
    gap_acceptances.decide(asked, by=people.risk(), at=now(), accept=True, reason="Fine")
    gap_acceptances.withdraw(asked, by=people.risk(), at=now(), reason="Not fine")


def a_version(workflow: Workflow) -> None:
    version = making.version(making.surface(workflow), "1")
    surfaces.mark_known_good(version, by=people.owner(), at=now(), note="Replayed")


def a_baseline(workflow: Workflow) -> None:
    proposed = baselines.propose(workflow, by=people.owner(), at=now(), reason="First")
    baselines.decide(proposed, by=people.risk(), at=now(), approve=True, reason="Fine")


def an_action(workflow: Workflow) -> None:
    made = actions.create(
        by=people.risk(), at=now(), title="Check names", category="EVAL_TEST", assignee=people.owner(),
        due_date=timezone.localdate(), workflow=workflow,
    )  # fmt: skip
    actions.claim_done(made, by=people.owner(), at=now(), proof="Merged")
    actions.verify(made, by=people.risk("Second Risk"), at=now(), accept=True, reason="Seen")


def a_signal(workflow: Workflow) -> None:
    signals.prove(making.signal(workflow), by=people.responder(), at=now(), how="Staged")
    signals.retire(making.signal(workflow, name="Other"), by=people.risk(), at=now(), reason="Noise")


def an_option(workflow: Workflow) -> None:
    made = making.option(workflow, load_carrier="Staff")
    containment.prove(made, by=people.responder(), at=now(), how="Drill", minutes=3)


def a_path(workflow: Workflow) -> None:
    made = making.action(workflow)
    change: Any = {"validation": "PERSON", "opened_version": None}
    downstream.edit_action(made, by=people.risk(), at=now(), reason="Two eyes", **change)


def an_edit(workflow: Workflow) -> None:
    change: Any = {"purpose": "Sorts", "outputs": "A score", "deputy": people.owner(), "opened_version": None}
    workflows.edit(workflow, by=people.risk(), at=now(), reason="Told", **change)


def one_of_many(workflow: Workflow) -> None:
    stored = Workflow.objects.get(pk=workflow.pk)
    day = timezone.localdate() + 30 * DAY
    changing.apply({stored.pk: stored.version}, {"next_review_date": day}, by=people.risk(), at=now(), reason="Plan")


def a_playbook(workflow: Workflow) -> None:
    answers = dict.fromkeys(FIELDS, "As agreed.")
    begun = playbooks.begin(workflow, by=people.owner(), at=now(), owner=people.owner(), reason="First", **answers)
    playbooks.review(begun, by=people.owner(), at=now(), reason="Held against the drill")


def an_attestation(workflow: Workflow) -> None:
    campaign = attestation_campaigns.start(
        by=people.risk(), at=now() - 40 * DAY, workflows=[workflow.pk], name="Yearly", statement="It is true.",
        parts=["RECORD"], due_date=timezone.localdate() - 3 * DAY, remind_every_days=7, escalate_after_days=7,
        escalate_to=people.risk(),
    )  # fmt: skip
    mine = campaign.attestations.get()
    attestations.attest(mine, by=people.owner(), at=now(), seen=shown(mine).digest)


def an_end_of_access(workflow: Workflow) -> None:
    end, admin = now() + 5 * DAY, people.administrator()
    people_services.set_access_until(people.owner(), by=admin, at=now(), until=end, reason="Contract")
    assert Workflow.objects.get(pk=workflow.pk).readiness_until == end


def a_successor(workflow: Workflow) -> None:
    to, admin = people.owner("Olga Other"), people.administrator()
    people_services.deactivate(people.owner(), by=admin, at=now(), reason="Left", successor=to)


def an_owner_leaves(workflow: Workflow) -> None:
    olga, admin = people.owner("Olga Other"), people.administrator()
    people_services.deactivate(olga, by=admin, at=now(), reason="Left", without_reason="Nobody is hired yet")


CHANGES: tuple[Callable[[Workflow], Any], ...] = (
    making.assessed,
    lambda workflow: making.assessed(workflow, answers=making.answers(AUTONOMY="HIGH", REVERSIBILITY="HIGH")),
    lambda workflow: capabilities.meet(workflow, "KILL_SWITCH", by=people.owner(), at=now(), evidence="Drill"),
    an_acceptance, a_signal, an_option, a_path, a_version, a_baseline,
    lambda workflow: making.version(workflow.surfaces.get(), "2"),
    an_action, an_edit, one_of_many, a_playbook, an_attestation, an_end_of_access, a_successor,
    an_owner_leaves,
)  # fmt: skip
"""One change of each fact that readiness is judged by, through the service that people use, in this order."""


def test_every_change_of_a_fact_is_followed_in_the_same_transaction() -> None:
    workflow = making.workflow(stage="PILOT")
    seen = {kept(workflow)}
    for change in CHANGES:
        change(workflow)
        assert kept(workflow) == judged_afresh(workflow, now()), change
        seen.add(kept(workflow))
    assert len(seen) > 5
    assert workflow.history.count() < 30


def test_a_tier_put_in_force_by_a_second_person_is_followed() -> None:
    workflow = making.workflow()
    asked = making.assessed(
        workflow,
        override_tier="T4",
        override_reason="Read twice",
        override_until_date=timezone.localdate() + 9 * DAY,
    )
    assessments.decide_override(asked, by=people.executive(), at=now(), approve=True, reason="Agreed")
    assert Workflow.objects.get(pk=workflow.pk).tier == "T4"
    assert kept(workflow) == judged_afresh(workflow, now())


def test_the_sweep_finds_what_age_changed_and_does_it_once() -> None:
    workflow = making.workflow(next_review_date=timezone.localdate() + DAY)
    option = making.option(workflow)
    containment.prove(option, by=people.responder(), at=now(), how="Drill", minutes=3)
    assert readiness.sweep(at=now()) == 0
    fresh, history = kept(workflow), workflow.history.count()
    later = now() + 181 * DAY
    assert readiness.sweep(at=later) == 1
    assert kept(workflow) == judged_afresh(workflow, later) != fresh
    assert workflow.history.count() == history + 1
    assert readiness.sweep(at=later) == 0


def test_the_sweep_judges_what_was_never_judged() -> None:
    bare = incidents.workflow("Bare")
    assert kept(bare)[0] == ""
    assert readiness.sweep(at=now()) == 1
    assert kept(bare) == judged_afresh(bare, now())


def test_incidents_count_once_they_are_over_and_never_while_they_are_restricted() -> None:
    workflow = making.workflow()
    incident = incidents.contained(workflow=workflow)
    incident.state = "CLOSED"
    incident.save()

    def learned() -> str:
        [(facts, _said, _again)] = facts_of([workflow], now())
        return next(f.outcome.result for f in judge(facts, now()).findings if f.check.key == "LEARNED")

    assert learned() == "NOT_MET"
    incident.visibility = "RESTRICTED"
    incident.save()
    assert learned() == "NOT_APPLICABLE"


def test_the_facts_of_many_cost_no_more_questions_than_those_of_one(django_assert_num_queries: Any) -> None:
    made = [making.workflow(name=f"Workflow {n}") for n in range(4)]
    for workflow in made:
        making.assessed(workflow)
        making.signal(workflow)
        making.version(making.surface(workflow), "1")
    with django_assert_num_queries(2):
        facts_of(made[:1], now())
    with django_assert_num_queries(2):
        facts_of(made, now())


def test_the_page_leads_to_what_is_missing_and_shows_what_is_there() -> None:
    workflow = making.workflow()
    making.assessed(workflow)
    option = making.option(workflow, name="Pull the plug")
    page: Any = signed_in(people.member()).get(f"/workflows/{workflow.pk}/readiness/")
    html = page.content.decode()
    assert page.context["judged"].whole == "NOT_READY"
    assert f'href="/workflows/{workflow.pk}/containment/#option-{option.pk}">Pull the plug' in html
    assert f'href="/workflows/{workflow.pk}/signals/"' in html
    assert "Stopping it was never proven." in html
    assert "NIST AI RMF 1.0 MANAGE 2.4" in html
    assert "EU AI Act Art. 14" not in html
    panel = signed_in(people.member()).get(f"/workflows/{workflow.pk}/").content.decode()
    assert "Can it be narrowed or stopped in time?" in panel


def test_a_pilot_can_look_ahead_to_what_production_asks_for() -> None:
    workflow = making.workflow(stage="PILOT")
    client = signed_in(people.member())
    page = f"/workflows/{workflow.pk}/readiness/"
    now_failing = client.get(page).context["judged"].failing
    ahead: Any = client.get(f"{page}?stage=PRODUCTION")
    assert len(ahead.context["judged"].failing) > len(now_failing)
    assert "In production it would be:" in ahead.content.decode()


def test_the_register_finds_and_counts_by_it() -> None:
    ready = making.workflow(name="Ready", stage="DEVELOPMENT")
    making.assessed(ready, answers=making.answers())
    making.signal(ready)
    making.workflow(name="Not")
    retired = making.workflow(name="Gone", stage="RETIRED")
    client = signed_in(people.member())

    def names(query: str) -> set[str]:
        answer = client.get(f"/workflows/?{query}", follow=True)
        return {workflow.name for workflow in answer.context["page_obj"]}

    assert names("ready=yes") == names("q=ready:yes") == {"Ready"}
    assert names("q=ready:no") == names("q=lacks:seen") == {"Not"}
    assert names("ready=none&retired=shown") == {retired.name}
    options = {o.value: o.count for o in client.get("/workflows/").context["facets"]["ready"]}
    assert options == {"no": 1, "stale": 0, "yes": 1, "none": 0}
    page = client.get("/workflows/?cols=ready,gaps&sort=-ready")
    assert [workflow.name for workflow in page.context["page_obj"]] == ["Not", "Ready"]


def test_a_past_moment_is_judged_by_what_was_known_then() -> None:
    workflow = making.workflow()
    before = now()
    making.signal(workflow)
    client = signed_in(people.member())
    then = before.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    page: Any = client.get(f"/workflows/{workflow.pk}/readiness/?at={then}")
    assert page.status_code == 200
    failing = {finding.check.key for finding in page.context["judged"].failing}
    current = {f.check.key for f in client.get(f"/workflows/{workflow.pk}/readiness/").context["judged"].failing}
    assert "WATCHED" in failing - current
