import copy
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.severity import (
    Autonomy,
    BlastRadius,
    Category,
    DataInvolved,
    Exposure,
    Harm,
    Recurrence,
    Reversibility,
    Severity,
    SeverityInputs,
    propose,
)
from registry.labelled import Ordered
from registry.responsible import Called
from registry.severity_scale import DEFAULT_SCALE, communication_owed, duties, validate

inputs = st.builds(
    SeverityInputs,
    harm=st.sampled_from(Harm),
    reversibility=st.sampled_from(Reversibility),
    blast_radius=st.sampled_from(BlastRadius),
    exposure=st.sampled_from(Exposure),
    data=st.sampled_from(DataInvolved),
    recurrence=st.sampled_from(Recurrence),
    autonomy=st.sampled_from(Autonomy),
    unsure=st.booleans(),
    active_exploitation=st.booleans(),
    regulator_inquiry=st.booleans(),
    near_miss=st.booleans(),
    caught=st.booleans(),
)


def severity(**known: Any) -> str:
    return propose(SeverityInputs(**known)).severity.value


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"harm": Harm.SERIOUS}, "SEV-1"),
        ({"active_exploitation": True}, "SEV-1"),
        ({"harm": Harm.MATERIAL, "reversibility": Reversibility.IRREVERSIBLE}, "SEV-1"),
        ({"harm": Harm.DEGRADED, "exposure": Exposure.MANY_OR_PUBLIC}, "SEV-1"),
        ({"harm": Harm.MATERIAL, "blast_radius": BlastRadius.BEYOND}, "SEV-1"),
        ({"harm": Harm.MATERIAL, "reversibility": Reversibility.AT_A_COST}, "SEV-2"),
        ({"harm": Harm.DEGRADED, "exposure": Exposure.SOME_CUSTOMERS}, "SEV-2"),
        ({"regulator_inquiry": True}, "SEV-2"),
        ({"unsure": True}, "SEV-2"),
        ({"harm": Harm.DEGRADED, "data": DataInvolved.PERSONAL}, "SEV-2"),
        ({"near_miss": True}, "SEV-3"),
        ({}, "SEV-3"),
        ({"harm": Harm.DEGRADED}, "SEV-3"),
    ],
)
def test_the_severity_follows_the_scale(known: dict[str, Any], expected: str) -> None:
    assert severity(**known) == expected


def test_a_single_customer_case_put_right_stays_at_the_lowest_level() -> None:
    known = {"harm": Harm.DEGRADED, "exposure": Exposure.SOME_CUSTOMERS}
    assert severity(**known, caught=True) == "SEV-3"
    assert severity(**known, caught=True, recurrence=Recurrence.REPEATED) == "SEV-2"


def test_one_draft_caught_is_a_near_miss_and_fifty_wrong_updates_are_an_incident() -> None:
    draft = propose(SeverityInputs(near_miss=True))
    updates = propose(
        SeverityInputs(
            harm=Harm.DEGRADED,
            blast_radius=BlastRadius.WORKFLOW,
            recurrence=Recurrence.PATTERN,
            autonomy=Autonomy.ACTS_ALONE,
        )
    )
    assert (draft.severity, draft.category) == ("SEV-3", Category.NEAR_MISS)
    assert (updates.severity, updates.category) == ("SEV-2", Category.INCIDENT)


def test_a_slight_internal_fault_is_called_a_quality_issue() -> None:
    assert propose(SeverityInputs(harm=Harm.DEGRADED)).category is Category.QUALITY_ISSUE


def test_the_deciding_reason_comes_first_and_the_others_follow() -> None:
    proposal = propose(SeverityInputs(harm=Harm.MATERIAL, reversibility=Reversibility.IRREVERSIBLE, unsure=True))
    assert proposal.fired[0] == "MATERIAL_AND_IRREVERSIBLE"
    assert "UNSURE" in proposal.fired
    assert proposal.uncertain


@given(inputs)
def test_every_combination_has_a_severity_and_a_reason_in_words(known: SeverityInputs) -> None:
    proposal = propose(known)
    assert proposal.severity in Severity
    assert len(proposal.reasons) == len(proposal.fired) >= 1
    assert all(reason.endswith(".") for reason in proposal.reasons)


def _worse(known: SeverityInputs) -> list[SeverityInputs]:
    """Every input one step worse."""
    changes: list[dict[str, Any]] = []
    for field in fields(known):
        value = getattr(known, field.name)
        if isinstance(value, Ordered):
            changes += [{field.name: other} for other in type(value) if other.rank == value.rank + 1]
        elif value is (field.name == "caught"):
            changes.append({field.name: not value})
    return [replace(known, **change) for change in changes]


@given(inputs)
def test_worse_news_never_lowers_the_severity_or_the_weight(known: SeverityInputs) -> None:
    before = propose(known)
    for worse in _worse(known):
        after = propose(worse)
        assert after.severity <= before.severity, worse
        assert after.weight >= before.weight, worse


@given(inputs, st.sampled_from([Reversibility.EASY, Reversibility.AT_A_COST]))
def test_moderately_wrong_and_irreversible_outranks_badly_wrong_and_reversible(
    known: SeverityInputs, reversible: Reversibility
) -> None:
    moderate = propose(replace(known, harm=Harm.DEGRADED, reversibility=Reversibility.IRREVERSIBLE))
    bad = propose(replace(known, harm=Harm.MATERIAL, reversibility=reversible))
    assert (moderate.severity, -moderate.weight) < (bad.severity, -bad.weight) or bad.severity == "SEV-1"
    assert moderate.weight > bad.weight


@given(inputs)
def test_unsure_is_never_below_the_middle_level(known: SeverityInputs) -> None:
    assert propose(replace(known, unsure=True)).severity in {"SEV-1", "SEV-2"}


@given(inputs)
def test_what_is_called_less_than_an_incident_is_at_the_lowest_level(known: SeverityInputs) -> None:
    proposal = propose(known)
    assert proposal.category is Category.INCIDENT or proposal.severity is Severity.SEV3


def test_nothing_is_wrong_with_the_default_scale_even_after_a_trip_through_json() -> None:
    assert validate(json.loads(json.dumps(DEFAULT_SCALE))) == []


@pytest.mark.parametrize("level", list(Severity))
def test_every_level_of_the_scale_can_be_read(level: Severity) -> None:
    assert Called.LEAD in duties(DEFAULT_SCALE, level).called


def test_only_the_most_severe_level_contains_before_it_diagnoses() -> None:
    assert [duties(DEFAULT_SCALE, level).containment_first for level in Severity] == [True, False, False]


def test_telling_people_is_owed_when_the_most_severe_level_reached_users() -> None:
    worst = duties(DEFAULT_SCALE, Severity.SEV1)
    assert communication_owed(worst, reached_users=True)
    assert not communication_owed(worst, reached_users=False)
    assert not communication_owed(duties(DEFAULT_SCALE, Severity.SEV2), reached_users=True)


@pytest.mark.parametrize(
    ("level", "field", "value", "problem"),
    [
        ("SEV-1", "response_minutes", 0, "whole number above 0"),
        ("SEV-1", "response_minutes", 9999, "must not be longer"),
        ("SEV-2", "called", ["TECHNICAL"], "incident lead must be called"),
        ("SEV-2", "called", ["SOMEBODY"], "must list people"),
        ("SEV-3", "meaning", " ", "must be a sentence"),
        ("SEV-3", "containment_first", "no", "must be yes or no"),
        ("SEV-1", "review_days", None, "needs a number of days"),
        ("SEV-3", "review_days", 4, "has no number of days"),
        ("SEV-2", "external_communication", "MAYBE", "must be one of"),
    ],
)
def test_a_scale_that_cannot_be_relied_on_is_refused(level: str, field: str, value: object, problem: str) -> None:
    scale = copy.deepcopy(dict(DEFAULT_SCALE))
    scale["levels"][level][field] = value
    assert any(problem in found for found in validate(scale))


def test_a_milder_level_cannot_need_more_of_a_review() -> None:
    scale = copy.deepcopy(dict(DEFAULT_SCALE))
    scale["levels"]["SEV-1"] |= {"review_required": False, "review_days": None}
    assert validate(scale) == ["A more severe level must not need less of a review."]


@pytest.mark.parametrize("strange", [None, [], {}, {"levels": {}}, {"version": "1", "levels": {"SEV-1": {}}}])
def test_strange_data_is_not_a_scale(strange: object) -> None:
    assert validate(strange)
