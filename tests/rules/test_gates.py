from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.gates import GateFacts, gate_unmet, option_unmet, snapshot_needed
from incidents.lifecycle import TABLE

READY = GateFacts(
    has_lead=True,
    severity_confirmed=True,
    has_confirmed_containment=True,
    has_validation_evidence=True,
    recovery_approved=True,
    custody_verified=True,
    signals_at_baseline=True,
    watch_window_over=True,
    review_approved=True,
)
VERBS = sorted({transition.verb for transition in TABLE.transitions})
facts = st.builds(
    GateFacts,
    **{f.name: st.booleans() if f.type is bool else st.integers(0, 3) for f in fields(GateFacts)},
)


def keys(verb: str, **changes: Any) -> list[str]:
    return [unmet.key for unmet in gate_unmet(verb, replace(READY, **changes))]


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_stands_in_the_way_when_every_fact_is_there(verb: str) -> None:
    assert gate_unmet(verb, READY) == ()


@pytest.mark.parametrize(
    ("verb", "missing", "key"),
    [
        ("accept", {"has_lead": False}, "LEAD"),
        ("contain", {"has_confirmed_containment": False}, "CONTAINMENT"),
        ("recover", {"has_validation_evidence": False}, "VALIDATION"),
        ("recover", {"recovery_approved": False}, "RECOVERY_APPROVAL"),
        ("resolve", {"severity_confirmed": False}, "SEVERITY"),
        ("resolve", {"custody_verified": False}, "CUSTODY"),
        ("resolve", {"signals_at_baseline": False}, "BASELINE"),
        ("resolve", {"watch_window_over": False}, "WATCH_WINDOW"),
        ("close", {"review_approved": False}, "REVIEW"),
        ("close", {"open_obligations": 1}, "OBLIGATIONS"),
        ("close", {"open_actions": 2}, "ACTIONS"),
    ],
)
def test_each_gate_names_exactly_what_is_missing(verb: str, missing: dict[str, Any], key: str) -> None:
    assert keys(verb, **missing) == [key]


def test_containing_waits_for_neither_lead_nor_severity() -> None:
    assert keys("contain", has_lead=False, severity_confirmed=False) == []


def test_closing_asks_for_no_review_where_none_is_required() -> None:
    assert keys("close", review_required=False, review_approved=False) == []


def test_what_is_left_is_counted_in_the_sentence() -> None:
    (one,) = gate_unmet("close", replace(READY, open_obligations=1))
    (two,) = gate_unmet("close", replace(READY, open_obligations=2))
    assert one.sentence == "1 obligation is neither submitted nor explained."
    assert two.sentence == "2 obligations are neither submitted nor explained."


@pytest.mark.parametrize("verb", ["decline", "merge", "reopen", "slip_back"])
def test_stepping_aside_or_back_is_always_free(verb: str) -> None:
    assert gate_unmet(verb, GateFacts()) == ()


def test_only_the_missing_lead_cannot_be_overridden() -> None:
    unmet = [found for verb in VERBS for found in gate_unmet(verb, GateFacts(open_obligations=1, open_actions=1))]
    assert {found.key for found in unmet if not found.overridable} == {"LEAD"}


@given(facts, st.sampled_from(VERBS))
def test_every_unmet_gate_is_a_sentence(known: GateFacts, verb: str) -> None:
    assert all(unmet.sentence.endswith(".") for unmet in gate_unmet(verb, known))


@given(facts, st.sampled_from(VERBS))
def test_learning_something_good_never_closes_a_gate(known: GateFacts, verb: str) -> None:
    before = {unmet.key for unmet in gate_unmet(verb, known)}
    for field in fields(known):
        good: Any = 0 if field.type is int else field.name != "review_required"
        better = gate_unmet(verb, replace(known, **{field.name: good}))
        assert {unmet.key for unmet in better} <= before


def test_a_verb_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no verb"):
        gate_unmet("celebrate", READY)


@pytest.mark.parametrize(
    "kind", ["ROLLBACK_PROMPT", "ROLLBACK_RETRIEVAL", "ROLLBACK_CONFIGURATION", "ROLLBACK_MODEL", "SWITCH_PROVIDER"]
)
def test_a_rollback_or_model_swap_asks_for_a_snapshot_first(kind: str) -> None:
    assert [unmet.key for unmet in option_unmet(kind, has_snapshot=False)] == ["SNAPSHOT"]
    assert option_unmet(kind, has_snapshot=True) == ()


def test_the_kill_switch_never_waits() -> None:
    assert not snapshot_needed("KILL_SWITCH")
    assert option_unmet("KILL_SWITCH", has_snapshot=False) == ()
