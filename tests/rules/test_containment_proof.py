"""How long a containment option holds up a capability, for every set of options and every day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.capabilities import CAPABILITIES
from registry.containment_proof import NEVER, RUNGS, STANDS_ON, holds_until, rung_of
from registry.containment_templates import templates
from registry.gaps import GapState, Standing
from registry.models import ContainmentOption, Role

KINDS = list(ContainmentOption.Kind.values)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
options = st.lists(st.tuples(st.sampled_from(KINDS), st.one_of(st.none(), days)))


def test_every_kind_stands_on_one_rung_in_the_graduated_order() -> None:
    assert [kind for kinds in RUNGS.values() for kind in kinds] == KINDS
    assert [rung_of(kind) for kind in ("NARROW_SCOPE", "KILL_SWITCH")] == ["LIMIT", "STOP"]


def test_what_stands_on_options_is_known() -> None:
    assert set(STANDS_ON) <= {capability.key for capability in CAPABILITIES}
    assert {kind for groups in STANDS_ON.values() for group in groups for kind in group} <= set(KINDS)


@given(st.sampled_from(list(STANDS_ON)), options)
def test_without_an_option_of_its_kinds_nothing_ends(key: str, known: list[tuple[str, date | None]]) -> None:
    own = {kind for group in STANDS_ON[key] for kind in group}
    assert holds_until(key, [(kind, day) for kind, day in known if kind not in own], "T2") is None
    assert (holds_until(key, known, "T2") is None) == (not any(kind in own for kind, _day in known))


@given(st.sampled_from(list(STANDS_ON)), options, st.sampled_from(KINDS), days)
def test_one_more_proof_never_shortens_what_was_shown_of_its_kind(
    key: str, known: list[tuple[str, date | None]], kind: str, day: date
) -> None:
    before = holds_until(key, [*known, (kind, None)], "T2")
    after = holds_until(key, [*known, (kind, None), (kind, day)], "T2")
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before


def test_of_one_kind_the_freshest_counts_and_of_several_the_one_that_ends_first() -> None:
    old, new = date(2026, 1, 1), date(2026, 6, 1)
    lasts = timedelta(days=180)
    assert holds_until("KILL_SWITCH", [("KILL_SWITCH", old), ("KILL_SWITCH", new)], "T2") == new + lasts
    assert holds_until("ROLLBACK", [("ROLLBACK_MODEL", old), ("ROLLBACK_PROMPT", new)], "T2") == old + lasts
    assert holds_until("ROLLBACK", [("ROLLBACK_MODEL", None), ("ROLLBACK_PROMPT", new)], "T2") == NEVER
    kill = [("KILL_SWITCH", new)]
    assert holds_until("KILL_SWITCH", kill, "T1") == new + lasts / 2


@given(st.booleans(), st.one_of(st.none(), days), st.one_of(st.none(), days), days)
def test_a_stale_proof_is_missing_unless_accepted(
    is_met: bool, accepted: date | None, proof: date | None, on: date
) -> None:
    standing = Standing("KILL_SWITCH", is_met, None, accepted, proof)
    is_stale = is_met and proof is not None and proof < on
    assert (standing.state(on) is GapState.STALE) == (is_stale and not standing.is_accepted(on))
    assert (standing.state(on) is GapState.MET) == (is_met and not is_stale)
    if proof is not None:
        assert Standing("KILL_SWITCH", True, None, None, proof).state(proof) is GapState.MET
        assert Standing("KILL_SWITCH", True, None, None, proof).state(proof + timedelta(days=1)) is GapState.STALE


def test_every_template_is_graduated_ends_in_a_stop_and_can_be_added_as_it_is() -> None:
    assert len(templates()) == 6
    for one in templates():
        keys, names = {option.key for option in one.options}, {option.name for option in one.options}
        assert len(keys) == len(names) == len(one.options) >= 5, one.key
        assert {rung_of(option.kind) for option in one.options} >= {"LIMIT", "STOP"}, one.key
        for option in one.options:
            assert option.kind in KINDS
            assert option.executors
            assert set(option.executors) <= set(Role.values)
            assert option.instructions.startswith("1. ")
            assert option.load_carrier
