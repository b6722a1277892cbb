"""Readiness as pure rules: total, never better by age, never worse by evidence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import proofs
from registry.blast_radius import Reversibility, Validation
from registry.capabilities import CAPABILITIES
from registry.readiness import CHECKS, Facts, Judgement, Part, Readiness, Result, judge
from registry.readiness.facts import (
    ActionFact,
    AssessmentFact,
    BaselineFact,
    CapabilityFact,
    ConditionFact,
    DownstreamFact,
    ExerciseFact,
    IncidentFact,
    OptionFact,
    Person,
    PlaybookFact,
    SignalFact,
    SurfaceFact,
)
from registry.readiness.stopping import BY_HAND, KILL, MILDER
from registry.risk_areas import Area, Level
from registry.watching import SignalKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIERS = ("T1", "T2", "T3", "T4", "")
STAGES = ("PROPOSED", "DEVELOPMENT", "PILOT", "PRODUCTION", "RETIRED")
past = st.integers(0, 1200).map(lambda days: NOW - timedelta(days=days))
any_day = st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days))
maybe = st.one_of(st.none(), past)
people = st.one_of(st.none(), st.builds(Person, st.just(1), st.just("Ann"), st.booleans()))
key, name = st.integers(1, 9), st.just("x")
facts = st.builds(
    Facts,
    tier=st.sampled_from(TIERS),
    stage=st.sampled_from(STAGES),
    described=st.frozensets(st.sampled_from(["purpose", "outputs", "affected_people"])),
    business_owner=people,
    technical_owner=people,
    deputy=people,
    review_until=st.one_of(st.none(), any_day),
    signals=st.lists(st.builds(SignalFact, key, st.sampled_from(SignalKind), name, maybe), max_size=5).map(tuple),
    options=st.lists(
        st.builds(
            OptionFact, key, st.sampled_from([KILL, BY_HAND, *MILDER]), name, st.integers(0, 300), st.booleans(), maybe
        ),
        max_size=4,
    ).map(tuple),
    surfaces=st.lists(
        st.builds(
            SurfaceFact,
            key,
            st.sampled_from(["MODEL", "TOOL"]),
            name,
            st.sampled_from(["", "1"]),
            st.sampled_from(["", "1"]),
        ),
        max_size=3,
    ).map(tuple),
    baseline=st.one_of(st.none(), st.builds(BaselineFact, key, key, past, st.integers(0, 2))),
    downstream=st.lists(
        st.builds(DownstreamFact, key, name, st.sampled_from(Reversibility), st.sampled_from(Validation)), max_size=3
    ).map(tuple),
    assessment=st.one_of(
        st.none(),
        st.builds(
            AssessmentFact,
            key,
            past,
            st.dictionaries(st.sampled_from(Area), st.sampled_from(Level)),
            st.sampled_from(["HIGH_RISK", "MINIMAL"]),
        ),
    ),
    capabilities=st.lists(
        st.builds(
            CapabilityFact,
            st.sampled_from([capability.key for capability in CAPABILITIES]),
            name,
            maybe,
            accepted_until=st.one_of(st.none(), any_day),
            shown_until=st.one_of(st.none(), any_day),
        ),
        max_size=5,
        unique_by=lambda fact: fact.key,
    ).map(tuple),
    incidents=st.lists(st.builds(IncidentFact, key, name, any_day, st.booleans()), max_size=3).map(tuple),
    playbook=st.one_of(st.none(), st.builds(PlaybookFact, key, name, st.booleans(), maybe)),
    attested_at=maybe,
    attest_until=st.one_of(st.none(), any_day),
    exercise=st.one_of(st.none(), st.builds(ExerciseFact, key, name, past)),
    basis=st.sampled_from(["", "GATE", "ON_ENTRY"]),
    conditions=st.lists(st.builds(ConditionFact, key, name, st.one_of(st.none(), any_day)), max_size=2).map(tuple),
    actions=st.lists(
        st.builds(ActionFact, key, name, st.one_of(st.none(), any_day), st.booleans(), st.booleans()), max_size=3
    ).map(tuple),
)


def ranks(judged: Judgement) -> list[int]:
    return [finding.outcome.result.rank for finding in judged.findings]


def worth(found: Readiness) -> int:
    return [Readiness.NOT_READY, Readiness.STALE, Readiness.READY, Readiness.NOT_ASKED].index(found)


@given(facts)
def test_every_combination_gives_every_check_a_result_in_words(given_facts: Facts) -> None:
    judged = judge(given_facts, NOW)
    assert len(judged.findings) == len(CHECKS)
    assert all(finding.outcome.say for finding in judged.findings)
    assert judged.whole == min((judged.part(part) for part in Part), key=worth)
    assert (judged.whole in (Readiness.READY, Readiness.NOT_ASKED)) == (not judged.failing)


@given(facts, st.integers(0, 900))
def test_age_alone_never_raises_anything(given_facts: Facts, days: int) -> None:
    now, later = judge(given_facts, NOW), judge(given_facts, NOW + timedelta(days=days))
    assert all(after <= before for before, after in zip(ranks(now), ranks(later), strict=True))
    assert worth(later.whole) <= worth(now.whole)


@given(facts)
def test_nothing_changes_by_age_before_the_moment_it_names(given_facts: Facts) -> None:
    now = judge(given_facts, NOW)
    until = now.until or NOW + timedelta(days=5000)
    assert until >= NOW
    assert judge(given_facts, until).findings == now.findings


IMPROVEMENTS: dict[str, Any] = {
    "an owner": lambda f: replace(f, business_owner=Person(2, "Ben", is_here=True)),
    "a deputy": lambda f: replace(f, deputy=Person(2, "Ben", is_here=True)),
    "a technical owner": lambda f: replace(f, technical_owner=Person(2, "Ben", is_here=True)),
    "words": lambda f: replace(f, described=f.described | {"purpose"}),
    "a day to look again": lambda f: replace(f, review_until=NOW + timedelta(days=90)),
    "a signal": lambda f: replace(f, signals=(*f.signals, SignalFact(9, "GROUND_TRUTH", "more"))),
    "signals that fired": lambda f: replace(f, signals=tuple(replace(s, proven_at=NOW) for s in f.signals)),
    "an option": lambda f: replace(f, options=(*f.options, OptionFact(9, KILL, "more", 400))),
    "options proven": lambda f: replace(f, options=tuple(replace(o, proven_at=NOW) for o in f.options)),
    "versions": lambda f: replace(f, surfaces=tuple(replace(s, version="2") for s in f.surfaces)),
    "known good": lambda f: replace(f, surfaces=tuple(replace(s, known_good="2") for s in f.surfaces)),
    "a baseline": lambda f: replace(f, baseline=BaselineFact(9, 9, NOW)),
    "a check in front": lambda f: replace(f, downstream=tuple(replace(d, validation="PERSON") for d in f.downstream)),
    "capabilities": lambda f: replace(f, capabilities=tuple(replace(c, met_at=NOW) for c in f.capabilities)),
    "an acceptance": lambda f: replace(
        f, capabilities=tuple(replace(c, accepted_until=NOW + timedelta(days=900)) for c in f.capabilities)
    ),
    "reviews": lambda f: replace(f, incidents=tuple(replace(i, is_reviewed=True) for i in f.incidents)),
    "a playbook": lambda f: replace(f, playbook=PlaybookFact(9, "Playbook 9", is_whole=True, reviewed_at=NOW)),
    "an attestation": lambda f: replace(f, attested_at=NOW, attest_until=None),
    "an exercise": lambda f: replace(f, exercise=ExerciseFact(9, "drill", NOW)),
    "conditions met": lambda f: replace(f, conditions=tuple(replace(c, due_until=None) for c in f.conditions)),
    "an approval": lambda f: replace(f, basis="GATE"),
    "actions done": lambda f: replace(f, actions=tuple(replace(a, due_until=None) for a in f.actions)),
}


@given(facts, st.sampled_from(sorted(IMPROVEMENTS)))
def test_more_evidence_never_lowers_anything(given_facts: Facts, which: str) -> None:
    before, after = judge(given_facts, NOW), judge(IMPROVEMENTS[which](given_facts), NOW)
    assert all(new >= old for old, new in zip(ranks(before), ranks(after), strict=True)), which


@given(facts)
def test_a_higher_tier_and_a_later_stage_demand_at_least_as_much(given_facts: Facts) -> None:
    for check in CHECKS:
        for stage in STAGES:
            asked = [check.is_demanded(tier, stage) for tier in ("T1", "T2", "T3", "T4")]
            assert asked == sorted(asked, reverse=True), (check.key, stage)
        assert all(check.is_demanded(tier, "PRODUCTION") or not check.is_demanded(tier, "PILOT") for tier in TIERS)


@pytest.mark.parametrize(
    "age", [proofs.OPTION, proofs.SIGNAL, proofs.EXERCISE, proofs.CAPABILITY, proofs.ASSESSMENT, proofs.BASELINE]
)
def test_the_higher_the_tier_the_sooner_a_proof_is_stale(age: proofs.Age) -> None:
    days = [age.days[tier] or 10**6 for tier in ("T1", "T2", "T3", "T4")]
    assert days == sorted(days)


def test_the_keys_are_unique_and_every_capability_is_asked_about_once() -> None:
    assert len({check.key for check in CHECKS}) == len(CHECKS)
    for capability in CAPABILITIES:
        bare = Facts(capabilities=(CapabilityFact(capability.key, str(capability.name)),))
        about = [
            f for f in judge(bare, NOW).findings if str(capability.name) in [row.name for row in f.outcome.lacking]
        ]
        assert [finding.outcome.result for finding in about] == [Result.NOT_MET], capability.key


def test_an_accepted_gap_stands_in_nobodys_way_until_its_last_moment() -> None:
    until = NOW + timedelta(days=3)
    lived_with = Facts(capabilities=(CapabilityFact("KILL_SWITCH", "Kill switch", accepted_until=until),))

    def result(now: datetime) -> Result:
        return next(f.outcome.result for f in judge(lived_with, now).findings if f.check.key == "SWITCHES")

    assert result(until) is Result.ACCEPTED
    assert result(until + timedelta(microseconds=1)) is Result.NOT_MET


def test_a_proof_of_the_kill_switch_ages_by_tier() -> None:
    option = OptionFact(1, KILL, "Off", 2, proven_at=NOW - timedelta(days=100))

    def result(tier: str) -> Result:
        found = judge(Facts(tier=tier, options=(option,)), NOW).findings
        return next(f.outcome.result for f in found if f.check.key == "STOP_PROVEN")

    assert [result(tier) for tier in ("T1", "T2", "T3", "")] == [Result.STALE, Result.MET, Result.MET, Result.MET]


def test_what_is_retired_is_held_to_nothing_and_references_to_the_act_need_its_class() -> None:
    assert judge(Facts(stage="RETIRED"), NOW).whole is Readiness.NOT_ASKED
    sources = {
        ai_act: {r.source for f in judge(_judged(ai_act), NOW).findings for r in f.references}
        for ai_act in ("MINIMAL", "HIGH_RISK")
    }
    assert sources["HIGH_RISK"] - sources["MINIMAL"] == {"EU AI Act"}


def _judged(ai_act: str) -> Facts:
    return Facts(assessment=AssessmentFact(1, NOW, {}, ai_act))
