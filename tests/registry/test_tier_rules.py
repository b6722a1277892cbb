"""Changing the tier rules: proposed by one, approved by another, followed by every workflow."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import AuditEntry, Notice, TierRuleSet, User, Workflow
from registry.services import assessments, tier_moves, tier_rules
from registry.tiering import DEFAULT_RULE_SET
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


def stricter() -> dict[str, Any]:
    """Autonomy alone is critical: what `making.assessed` with autonomy HIGH alone gives moves from T2 to T1."""
    changed = copy.deepcopy(dict(DEFAULT_RULE_SET))
    rule = {"tier": "T1", "name": "Acts alone", "when": {"at_least": {"area": "AUTONOMY", "level": "HIGH"}}}
    changed["rules"].insert(1, rule)
    return changed


def proposed(**more: Any) -> TierRuleSet:
    given = {"definition": stricter(), "reason": "Two incidents with agents", **more}
    return tier_rules.propose(by=people.risk(), at=timezone.now(), **given)


def decide(rules: TierRuleSet, approve: bool = True, by: User | None = None) -> TierRuleSet:
    return tier_rules.decide(
        rules, by=by or people.executive(), at=timezone.now(), approve=approve, reason="Seen the preview"
    )


def autonomous(name: str = "Agent", **more: Any) -> Workflow:
    workflow = making.workflow(name=name)
    making.assessed(workflow, answers=making.answers(AUTONOMY="HIGH"), **more)
    return workflow


def tier(workflow: Workflow) -> str:
    workflow.refresh_from_db()
    return workflow.tier


def in_force() -> TierRuleSet:
    return assessments.rule_set_in_force(timezone.now())


def test_a_proposal_changes_nothing_until_a_second_person_approves_it() -> None:
    rules = proposed()
    assert (in_force().number, rules.number, rules.status) == (1, 2, "PROPOSED")
    decide(rules)
    assert in_force() == rules


def test_nobody_approves_their_own_proposal() -> None:
    rules = proposed()
    with pytest.raises(Refused, match="another person"):
        decide(rules, by=people.risk())
    rules.status, rules.decided_by, rules.decided_at = "APPROVED", people.risk(), timezone.now()
    rules.effective_at = timezone.now()
    with pytest.raises(IntegrityError, match="tier_rules_decided_by_second_person"):
        rules.save()


@pytest.mark.parametrize("somebody", [people.owner, people.executive, people.auditor, people.member])
def test_only_risk_staff_propose(somebody: Any) -> None:
    with pytest.raises(Refused):
        tier_rules.propose(by=somebody(), at=timezone.now(), definition=stricter(), reason="Mine")


def test_rules_with_a_gap_or_without_a_change_or_a_reason_are_refused() -> None:
    gap = copy.deepcopy(dict(DEFAULT_RULE_SET))
    gap["rules"].pop()
    with pytest.raises(ValidationError, match="No rule gives a tier for these answers: every area low"):
        proposed(definition=gap)
    with pytest.raises(ValidationError, match="version 1 already"):
        proposed(definition=dict(DEFAULT_RULE_SET))
    with pytest.raises(ValidationError) as refused:
        proposed(reason=" ", effective_at=timezone.now() - timedelta(days=1))
    assert set(refused.value.error_dict) == {"reason", "effective_at"}


def test_two_proposals_from_one_version_cannot_both_be_approved() -> None:
    first, second = proposed(), proposed(reason="Another idea")
    decide(first)
    with pytest.raises(Conflict, match="was approved since"):
        decide(second)
    assert decide(second, approve=False).status == "REFUSED"
    with pytest.raises(Conflict, match="does not wait"):
        decide(second)


def test_a_proposal_from_an_outdated_page_is_a_conflict() -> None:
    shown = in_force()
    decide(proposed())
    with pytest.raises(Conflict, match="approved meanwhile"):
        proposed(based_on=shown, definition=dict(DEFAULT_RULE_SET))


def test_whoever_proposed_withdraws_and_nobody_else() -> None:
    rules = proposed()
    with pytest.raises(Refused):
        tier_rules.withdraw(rules, by=people.risk("Second Risk"), at=timezone.now(), reason="No")
    assert tier_rules.withdraw(rules, by=people.risk(), at=timezone.now(), reason="Typo").status == "WITHDRAWN"


def test_others_are_told_of_a_proposal_and_the_proposer_of_the_decision() -> None:
    executive, member = people.executive(), people.member()
    rules = decide(proposed())
    told = Notice.objects.filter(kind="TIER_RULES")
    assert set(told.values_list("recipient", flat=True)) == {executive.pk, rules.proposed_by_id}
    assert not told.filter(recipient=member).exists()


def test_the_preview_counts_who_would_move_and_lists_them_by_page() -> None:
    for number in range(5):
        autonomous(f"Agent {number}")
    making.assessed(making.workflow(name="Clerk"), answers=making.answers())
    found = tier_moves.preview(stricter(), at=timezone.now(), page=2, per_page=2)
    assert (found.counts, found.assessed, found.pages) == ({("T2", "T1"): 5}, 6, 3)
    assert [workflow.name for workflow, _move in found.rows] == ["Agent 2", "Agent 3"]


def test_the_preview_takes_as_many_queries_for_many_as_for_few(django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        autonomous(f"Agent {number}")
    with django_assert_max_num_queries(2):
        tier_moves.preview(stricter(), at=timezone.now())


def test_tiers_follow_the_rules_once_each_with_the_version_as_reason() -> None:
    workflow = autonomous()
    rules = decide(proposed())
    assert tier_moves.follow_rules(at=timezone.now()) == 1
    assert tier(workflow) == "T1"
    entries = AuditEntry.objects.filter(object_type="registry.workflow", object_id=str(workflow.pk))
    assert entries.latest("id").reason == "Tier rules 2 took effect."
    before = AuditEntry.objects.count()
    assert tier_moves.follow_rules(at=timezone.now()) == 0
    assert AuditEntry.objects.count() == before
    assert tier_moves.follow_rules(at=timezone.now() + timedelta(minutes=2)) == 0
    rules.refresh_from_db()
    assert rules.followed_at is not None


def test_an_approved_other_tier_stays_until_it_ends_and_then_the_new_rules_decide() -> None:
    today = timezone.now().date()
    workflow = autonomous(override_tier="T3", override_reason="Pilot", override_until_date=today)
    newest = assessments.newest_assessment(workflow)
    assert newest is not None
    assessments.decide_override(newest, by=people.executive(), at=timezone.now(), approve=True, reason="Agreed")
    decide(proposed())
    assert tier_moves.follow_rules(at=timezone.now()) == 0
    assert tier(workflow) == "T3"
    assessments.end_overrides(at=timezone.now() + timedelta(days=1))
    assert tier(workflow) == "T1"


def test_rules_approved_for_later_wait_for_their_day() -> None:
    workflow = autonomous()
    later = timezone.now() + timedelta(days=7)
    rules = decide(proposed(effective_at=later))
    assert tier_moves.follow_rules(at=timezone.now()) == 0
    assert in_force().number == 1
    assert tier_moves.follow_rules(at=later) == 1
    assert (tier(workflow), assessments.rule_set_in_force(later)) == ("T1", rules)


def test_a_new_assessment_uses_the_version_in_force() -> None:
    rules = decide(proposed())
    workflow = autonomous()
    newest = assessments.newest_assessment(workflow)
    assert newest is not None
    assert (newest.rule_set, newest.computed_tier, newest.explanation["rule_set"]) == (rules, "T1", "2")
