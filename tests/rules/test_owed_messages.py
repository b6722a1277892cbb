"""Who is owed a message, by when, and whose approval it needs: for any rules, severities, words and messages."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.owed_messages import (
    SETTLED,
    Duty,
    Judged,
    Line,
    Said,
    Standing,
    Word,
    approvers,
    duty_by,
    owed_list,
    rule_for,
    still_missing,
)
from registry.communicating import DEFAULT_RULES, Audience, Owed, Rule, rules_of
from registry.responsible import Responsible
from registry.severities import Severity

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RULES = rules_of(DEFAULT_RULES)
ROLES = st.lists(st.sampled_from(Responsible), min_size=1, max_size=2, unique=True).map(tuple)
MINUTES = st.integers(-600, 0)


def before(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[Rule, ...]:
    pairs = draw(st.lists(st.tuples(st.sampled_from(Audience), st.sampled_from(Severity)), unique=True, max_size=9))
    return tuple(
        Rule(audience, (level,), draw(st.sampled_from(Owed)), draw(st.integers(1, 900)), draw(ROLES), "")
        for audience, level in pairs
    )


JUDGED = st.lists(st.builds(Judged, MINUTES.map(before), st.sampled_from(Severity)), max_size=4).map(
    lambda found: sorted(found, key=lambda each: each.at)
)
WORDS = st.lists(st.builds(Word, MINUTES.map(before), st.sampled_from(Audience), st.booleans()), max_size=6)
SAID = st.lists(
    st.builds(
        Said,
        pk=st.integers(1, 99),
        audience=st.sampled_from(Audience),
        drafted_at=MINUTES.map(before),
        sent_at=st.none() | MINUTES.map(before),
        given=st.frozensets(st.sampled_from(Responsible), max_size=3),
    )
    | st.builds(
        Said,
        pk=st.integers(1, 99),
        audience=st.sampled_from(Audience),
        drafted_at=MINUTES.map(before),
        is_decision=st.just(True),
        given=st.frozensets(st.sampled_from(Responsible), max_size=3),
    ),
    max_size=6,
)


def lines(judged: list[Judged], words: list[Word] = [], said: list[Said] = []) -> dict[Audience, Line]:  # noqa: B006
    severity = judged[-1].severity if judged else Severity.SEV1
    found = owed_list(RULES, severity=severity, judged=judged, words=words, said=said, now=NOW)
    return {line.audience: line for line in found}


@given(rule_sets(), JUDGED, WORDS, SAID)
def test_what_is_true_of_every_line(
    rules: tuple[Rule, ...], judged: list[Judged], words: list[Word], said: list[Said]
) -> None:
    severity = judged[-1].severity if judged else None
    found = owed_list(rules, severity=severity, judged=judged, words=words, said=said, now=NOW)
    assert len({line.audience for line in found}) == len(found)
    for line in found:
        rule = rule_for(rules, line.audience, severity)
        assert line.duty is duty_by(rule, line.is_reached)
        if line.due_at is not None:
            assert line.arose_at is not None
            assert rule is not None
            assert line.due_at - line.arose_at == timedelta(minutes=rule.within_minutes)
            assert line.arose_at in {each.at for each in judged} | {each.at for each in words}
        assert not line.is_overdue or (line.due_at is not None and line.due_at < NOW and not line.is_settled)
        assert line.is_missing == (line.duty is Duty.OWED and line.standing not in SETTLED)
        assert set(line.waits_for) <= set(approvers(rules, line.audience, severity))
        if line.standing is Standing.DRAFT:
            assert line.waits_for


@given(rule_sets(), JUDGED, WORDS, SAID, st.sampled_from(Audience))
def test_a_message_sent_now_settles_its_audience_and_no_other(
    rules: tuple[Rule, ...], judged: list[Judged], words: list[Word], said: list[Said], audience: Audience
) -> None:
    severity = judged[-1].severity if judged else None

    def read(messages: list[Said]) -> dict[Audience, Line]:
        found = owed_list(rules, severity=severity, judged=judged, words=words, said=messages, now=NOW)
        return {line.audience: line for line in found}

    earlier, later = read(said), read([*said, Said(100, audience, NOW, NOW)])
    assert later[audience].is_settled
    assert {each: line for each, line in later.items() if each is not audience} == {
        each: line for each, line in earlier.items() if each is not audience
    }


@given(ROLES, st.lists(st.sampled_from(Responsible)))
def test_what_is_missing_is_needed_and_not_given(needed: tuple[Responsible, ...], given: list[Responsible]) -> None:
    assert set(still_missing(needed, given)) == set(needed) - set(given)


def test_the_clock_of_customers_runs_from_when_it_is_known_that_it_reached_them() -> None:
    judged = [Judged(before(-300), Severity.SEV1)]
    assert lines(judged)[Audience.CUSTOMERS].duty is Duty.DECIDE
    reached = [Word(before(-120), Audience.CUSTOMERS, True)]
    line = lines(judged, reached)[Audience.CUSTOMERS]
    assert (line.duty, line.arose_at, line.due_at) == (Duty.OWED, before(-120), before(120))
    not_so = [*reached, Word(before(-60), Audience.CUSTOMERS, False)]
    assert lines(judged, not_so)[Audience.CUSTOMERS].duty is Duty.NOT_OWED
    assert lines([])[Audience.STAFF].due_at is None


def test_the_same_severity_again_starts_no_clock_anew_and_a_higher_one_does() -> None:
    twice = [Judged(before(-300), Severity.SEV1), Judged(before(-100), Severity.SEV1)]
    assert lines(twice)[Audience.STAFF].arose_at == before(-300)
    raised = [Judged(before(-300), Severity.SEV2), Judged(before(-30), Severity.SEV1)]
    told_before = [Said(1, Audience.STAFF, before(-200), before(-190))]
    line = lines(raised, said=told_before)[Audience.STAFF]
    assert (line.arose_at, line.standing, line.is_overdue) == (before(-30), Standing.NOTHING, False)


def test_a_decision_counts_once_confirmed_where_owed_and_until_somebody_drafts() -> None:
    judged = [Judged(before(-300), Severity.SEV1)]
    decided = Said(1, Audience.STAFF, before(-200), is_decision=True)
    assert lines(judged, said=[decided])[Audience.STAFF].standing is Standing.UNCONFIRMED
    confirmed = Said(1, Audience.STAFF, before(-200), is_decision=True, given=frozenset({Responsible.LEAD}))
    assert lines(judged, said=[confirmed])[Audience.STAFF].standing is Standing.DECIDED
    drafted = Said(2, Audience.STAFF, before(-100))
    line = lines(judged, said=[confirmed, drafted])[Audience.STAFF]
    assert (line.standing, line.waits_for, line.message) == (Standing.DRAFT, (Responsible.LEAD,), 2)
    press = Said(3, Audience.PRESS, before(-100), is_decision=True)
    assert lines(judged, said=[press])[Audience.PRESS].standing is Standing.DECIDED


def test_where_no_rule_speaks_legal_and_communications_approve_what_goes_outside() -> None:
    assert approvers(RULES, Audience.PRESS, Severity.SEV3) == (Responsible.LEGAL, Responsible.COMMUNICATIONS)
    assert approvers(RULES, Audience.STAFF, None) == (Responsible.LEAD,)
    assert approvers(RULES, Audience.PRESS, Severity.SEV1) == (Responsible.EXECUTIVE, Responsible.COMMUNICATIONS)
