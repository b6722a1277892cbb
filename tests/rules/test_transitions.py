import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.lifecycle import TABLE as INCIDENTS
from registry.kernel.transitions import Table, Transition, TransitionRefused
from registry.services.attestation_states import TABLE as ATTESTATIONS
from reviews.lifecycle import ACTION_TABLE, REVIEW_TABLE

TABLES = [INCIDENTS, REVIEW_TABLE, ACTION_TABLE, ATTESTATIONS]
DOOR = [
    Transition("open", frozenset({"SHUT"}), "AJAR", "Open"),
    Transition("shut", frozenset({"AJAR"}), "SHUT", "Shut"),
    Transition("remove", frozenset({"SHUT", "AJAR"}), "GONE", "Take off"),
]


def door(**changes: object) -> Table:
    parts: dict[str, object] = {"states": ["SHUT", "AJAR", "GONE"], "transitions": DOOR, "terminal": ["GONE"]} | changes
    return Table("door", **parts)  # type: ignore[arg-type]


def test_the_verbs_of_a_state_come_in_table_order() -> None:
    assert [transition.verb for transition in door().verbs("SHUT")] == ["open", "remove"]


def test_a_verb_is_found_with_its_target() -> None:
    assert door().find("open", "SHUT").target == "AJAR"


def test_a_refusal_names_the_verb_the_state_and_where_it_is_possible() -> None:
    table = door(labels={"SHUT": "closed tight", "GONE": "taken away"})
    with pytest.raises(TransitionRefused) as refused:
        table.find("open", "GONE")
    assert refused.value.reason == (
        "“Open” is not possible while this is “taken away”. It is possible from: closed tight."
    )


def test_a_state_nobody_knows_is_an_error_and_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="no state 'LOST'"):
        door().verbs("LOST")


def test_a_verb_nobody_knows_is_an_error_and_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="no verb 'paint'"):
        door().find("paint", "SHUT")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"terminal": []}, "GONE has no row and is not terminal"),
        ({"states": ["SHUT", "AJAR"], "terminal": []}, "State GONE is unknown"),
        (
            {"states": ["SHUT", "AJAR", "GONE", "LOCKED"], "terminal": ["GONE", "LOCKED"]},
            "Nothing leads to state LOCKED",
        ),
        ({"terminal": ["GONE", "AJAR"]}, "Terminal state AJAR has a way out"),
        ({"states": ["SHUT", "AJAR", "GONE", "AJAR"]}, "AJAR is listed twice"),
        ({"states": [], "transitions": [], "terminal": []}, "no states"),
        ({"transitions": [*DOOR, Transition("open", frozenset({"SHUT"}), "GONE", "Open")]}, "open leads two ways"),
        ({"transitions": [*DOOR, Transition("slam", frozenset(), "SHUT", "Slam")]}, "slam starts nowhere"),
    ],
)
def test_a_table_that_is_not_total_cannot_be_built(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        door(**changes)


def test_the_diagram_shows_every_way_and_is_always_the_same() -> None:
    expected = (
        "stateDiagram-v2\n"
        "    [*] --> SHUT\n"
        "    SHUT --> AJAR : open\n"
        "    SHUT --> GONE : remove\n"
        "    AJAR --> SHUT : shut\n"
        "    AJAR --> GONE : remove\n"
        "    GONE --> [*]\n"
    )
    assert door().mermaid() == door().mermaid() == expected


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@given(data=st.data())
def test_every_verb_in_every_state_either_leads_on_or_is_refused_in_a_sentence(
    table: Table, data: st.DataObject
) -> None:
    state = data.draw(st.sampled_from(table.states))
    verb = data.draw(st.sampled_from(sorted({transition.verb for transition in table.transitions})))
    if table.allows(verb, state):
        assert table.find(verb, state).target in table.states
        return
    with pytest.raises(TransitionRefused) as refused:
        table.find(verb, state)
    assert refused.value.reason.endswith(".")
    assert "possible from: " in refused.value.reason


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_can_be_reached_by_following_the_verbs(table: Table) -> None:
    seen, frontier = set[str](), [table.initial]
    while frontier:
        state = frontier.pop()
        if state not in seen:
            seen.add(state)
            frontier += [transition.target for transition in table.verbs(state)]
    assert seen == set(table.states)


def targets(table: Table, *verbs: str) -> list[str]:
    """The states passed when these verbs are done one after the other."""
    passed, state = [], table.initial
    for verb in verbs:
        state = table.find(verb, state).target
        passed.append(state)
    return passed


def test_an_incident_runs_its_normal_course() -> None:
    passed = targets(INCIDENTS, "accept", "contain", "recover", "resolve", "close")
    assert passed == ["OPEN", "CONTAINED", "RECOVERING", "RESOLVED", "CLOSED"]


def test_an_incident_slips_back_step_by_step() -> None:
    passed = targets(INCIDENTS, "accept", "contain", "recover", "slip_back", "slip_back")
    assert passed[-2:] == ["CONTAINED", "OPEN"]


def test_a_closed_incident_reopens_as_open_and_a_declined_one_in_triage() -> None:
    assert INCIDENTS.find("reopen", "CLOSED").target == "OPEN"
    assert INCIDENTS.find("reopen", "DECLINED").target == "TRIAGE"


def test_nothing_leads_out_of_a_merged_incident() -> None:
    assert INCIDENTS.verbs("MERGED") == []


def test_a_returned_review_can_be_submitted_again_but_not_approved() -> None:
    assert REVIEW_TABLE.allows("submit", "RETURNED")
    assert not REVIEW_TABLE.allows("approve", "RETURNED")


def test_an_approved_review_changes_only_as_a_new_version() -> None:
    assert [transition.target for transition in REVIEW_TABLE.verbs("APPROVED")] == ["DRAFT"]


def test_an_action_item_is_never_verified_without_a_claim() -> None:
    assert {source for t in ACTION_TABLE.transitions if t.verb == "verify" for source in t.sources} == {"DONE_CLAIMED"}


def test_an_accepted_risk_that_runs_out_opens_the_action_item_again() -> None:
    assert targets(ACTION_TABLE, "start", "accept_risk", "risk_expired")[-1] == "OPEN"
