"""Moving: the table says what is possible, the gates what is missing, the policies who may."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.lifecycle import TABLE, State
from incidents.models import Evidence, Incident, Passage, TimelineEntry
from incidents.services import containment, evidence, moving, obligations, times
from incidents.services import people as roles
from incidents.times import TimeKind
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def last_passage(incident: Incident) -> Passage:
    return Passage.objects.filter(incident=incident).latest("id")


def test_the_whole_way_from_open_to_closed() -> None:
    incident = making.resolved()
    moving.move(incident, "close", by=incident.declared_by, at=after(200), review_approved=True)
    assert making.again(incident).state == State.CLOSED
    assert list(incident.passages.values_list("verb", flat=True)) == ["contain", "recover", "resolve", "close"]


def test_every_passage_has_its_time_and_durations_follow() -> None:
    incident = making.resolved()
    known = times.times_of(incident)
    assert known[TimeKind.CONTAINED] == after(10)
    assert known[TimeKind.RECOVERED] == after(90)
    assert known[TimeKind.RESOLVED] == after(130)
    assert times.durations_of(incident).recover == after(90) - NOW


def test_a_passage_says_who_and_why_in_history_and_timeline() -> None:
    incident = making.declared()
    moving.move(incident, "decline", by=incident.declared_by, at=after(5), reason="A test account.")
    passage: Any = last_passage(incident)
    row = passage.history.get()
    assert (row.history_user_id, row.history_change_reason) == (incident.declared_by_id, "A test account.")
    entry = TimelineEntry.objects.get(incident=incident, kind="STATE")
    assert entry.data["passage"] == passage.pk
    assert "A test account." in entry.text


def test_what_the_table_does_not_know_is_a_conflict_that_says_where_it_is_possible() -> None:
    incident = making.declared()
    with pytest.raises(Conflict, match="It is possible from: Recovering"):
        moving.move(incident, "resolve", by=incident.declared_by, at=after(5))


def test_an_unknown_step_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="no step"):
        moving.move(making.declared(), "explode", by=people.risk(), at=after(5))


def test_declining_without_a_reason_is_refused() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError) as caught:
        moving.move(incident, "decline", by=incident.declared_by, at=after(5), reason="  ")
    assert "reason" in caught.value.message_dict
    assert making.again(incident).state == State.OPEN


def test_all_unmet_conditions_are_named_at_once() -> None:
    incident = making.contained()
    with pytest.raises(Conflict) as caught:
        moving.move(incident, "recover", by=incident.declared_by, at=after(20))
    assert "no evidence that the mitigation works" in caught.value.sentence
    assert "Nobody other than the person who asked" in caught.value.sentence


def test_whoever_asked_for_recovery_cannot_approve_it() -> None:
    incident = making.contained()
    making.validation(incident, by=incident.declared_by)
    moving.ask_recovery(incident, by=incident.declared_by, at=after(50), note="Replayed.")
    with pytest.raises(Conflict, match="Nobody other than"):
        moving.move(incident, "recover", by=incident.declared_by, at=after(60))


def test_whoever_asked_for_recovery_cannot_override_the_approval_either() -> None:
    incident = making.contained()
    making.validation(incident, by=incident.declared_by)
    moving.ask_recovery(incident, by=people.risk(), at=after(50), note="Replayed.")
    with pytest.raises(Refused, match="another person"):
        moving.move(incident, "recover", by=people.risk(), at=after(60), reason="No time.", override=True)


def test_an_override_is_recorded_with_its_sentences_and_reason() -> None:
    incident = making.contained()
    passage = moving.move(
        incident, "recover", by=people.executive(), at=after(60), reason="The regulator asked for it.", override=True
    )
    assert len(passage.overridden) == 2
    assert passage.reason == "The regulator asked for it."
    entry = TimelineEntry.objects.filter(incident=incident, kind="STATE").latest("id")
    assert entry.data["overridden"] == passage.overridden
    assert passage.overridden[0] in entry.text


def test_an_override_without_a_reason_is_refused() -> None:
    with pytest.raises(ValidationError):
        moving.move(making.contained(), "recover", by=people.risk(), at=after(60), override=True)


def test_the_lead_alone_cannot_override() -> None:
    incident = making.contained()
    with pytest.raises(Refused, match="risk staff or an executive"):
        moving.move(incident, "recover", by=incident.declared_by, at=after(60), reason="Now.", override=True)


def test_an_executive_cannot_move_where_nothing_is_overridden() -> None:
    incident = making.declared()
    with pytest.raises(Refused, match="lead or risk"):
        moving.move(incident, "decline", by=people.executive(), at=after(5), reason="No.", override=True)


def test_a_missing_lead_cannot_be_overridden() -> None:
    incident = making.contained()
    held = incident.assignments.get(role="LEAD")
    roles.relieve(held, by=incident.declared_by, at=after(15), reason="End of shift.")
    with pytest.raises(Conflict, match="no incident lead"):
        moving.move(incident, "recover", by=people.risk(), at=after(60), reason="Now.", override=True)


def test_a_member_cannot_move() -> None:
    with pytest.raises(Refused, match="lead or risk"):
        moving.move(making.declared(), "decline", by=people.member(), at=after(5), reason="No.")


def test_any_responder_may_sort_what_is_in_triage() -> None:
    incident = making.near_miss()
    moving.move(incident, "decline", by=people.responder(), at=after(5), reason="Works as meant.")
    assert making.again(incident).state == State.DECLINED


def test_resolving_waits_for_the_watching_window() -> None:
    incident = making.recovering()
    moving.confirm_baseline(incident, by=incident.declared_by, at=after(90), note="Back at 0.2 %.")
    with pytest.raises(Conflict, match="watching window"):
        moving.move(incident, "resolve", by=incident.declared_by, at=after(119))
    moving.move(incident, "resolve", by=incident.declared_by, at=after(120))


def test_resolving_waits_for_the_signals() -> None:
    incident = making.recovering()
    with pytest.raises(Conflict, match="baseline"):
        moving.move(incident, "resolve", by=incident.declared_by, at=after(130))


def test_resolving_needs_every_file_verified() -> None:
    incident = making.recovering()
    lead = incident.declared_by
    kept = evidence.add_file(incident, by=lead, upload=making.upload(), **making.about(at=after(70)))
    moving.confirm_baseline(incident, by=lead, at=after(90), note="Back.")
    with pytest.raises(Conflict, match="custody"):
        moving.move(incident, "resolve", by=lead, at=after(130))
    assert evidence.verify(kept, by=lead, at=after(131)) == Evidence.Custody.VERIFIED
    moving.move(incident, "resolve", by=lead, at=after(132))


def test_resolving_needs_a_confirmed_severity() -> None:
    incident = making.declared()
    containment.confirm(making.executed(incident, incident.declared_by), by=people.risk(), at=after(10), proof="Quiet.")
    making.validation(incident, by=incident.declared_by)
    moving.ask_recovery(incident, by=incident.declared_by, at=after(50), note="Replayed.")
    moving.move(incident, "recover", by=people.risk(), at=after(60))
    moving.confirm_baseline(incident, by=incident.declared_by, at=after(90), note="Back.")
    with pytest.raises(Conflict, match="still a proposal"):
        moving.move(incident, "resolve", by=incident.declared_by, at=after(130))


def test_closing_asks_for_the_review_that_the_severity_requires() -> None:
    incident = making.resolved()
    with pytest.raises(Conflict, match="requires a review"):
        moving.move(incident, "close", by=incident.declared_by, at=after(200))


def test_closing_asks_about_actions_and_obligations() -> None:
    incident = making.resolved()
    obligations.add(incident, by=incident.declared_by, at=after(140), name="Notice", starts_at=NOW, due_at=after(900))
    with pytest.raises(Conflict, match=r"1 obligation is .* 2 action items are"):
        moving.move(incident, "close", by=incident.declared_by, at=after(200), review_approved=True, open_actions=2)


def test_reopening_forgets_the_recovery_that_did_not_last() -> None:
    incident = making.resolved()
    moving.move(incident, "reopen", by=incident.declared_by, at=after(300), reason="It came back.")
    incident = making.again(incident)
    assert incident.state == State.OPEN
    assert (incident.recovery_asked_by, incident.baseline_confirmed_at, incident.watch_until_at) == (None, None, None)
    assert incident.next_update_due_at is not None
    assert TimeKind.CONTAINED not in times.times_of(incident)
    assert TimeKind.RECOVERED not in times.times_of(incident)


def test_a_declined_report_is_reopened_into_triage() -> None:
    incident = making.near_miss()
    moving.move(incident, "decline", by=people.responder(), at=after(5), reason="Works as meant.")
    moving.move(incident, "reopen", by=people.responder(), at=after(9), reason="It does not.")
    assert making.again(incident).state == State.TRIAGE


def test_nothing_more_is_due_once_an_incident_is_resolved() -> None:
    assert making.resolved().next_update_due_at is None


def test_recovery_can_be_asked_for_only_when_contained() -> None:
    incident = making.declared()
    with pytest.raises(Conflict, match="once an incident is contained"):
        moving.ask_recovery(incident, by=incident.declared_by, at=after(5), note="Fixed.")


def test_the_baseline_is_confirmed_only_while_recovering() -> None:
    incident = making.contained()
    with pytest.raises(Conflict, match="while an incident recovers"):
        moving.confirm_baseline(incident, by=incident.declared_by, at=after(20), note="Fine.")


def test_options_say_for_each_step_who_may_and_what_is_missing() -> None:
    incident = making.contained()
    steps = {step.transition.verb: step for step in moving.options(incident, people.member(), after(20))}
    assert list(steps) == [transition.verb for transition in TABLE.verbs(State.CONTAINED)]
    assert not steps["recover"].verdict
    assert "lead or risk" in steps["recover"].verdict.reason
    assert {unmet.key for unmet in steps["recover"].unmet} == {"VALIDATION", "RECOVERY_APPROVAL"}
    assert not steps["recover"].override


def test_options_for_the_second_person_count_their_approval() -> None:
    incident = making.contained()
    making.validation(incident, by=incident.declared_by)
    moving.ask_recovery(incident, by=incident.declared_by, at=after(50), note="Replayed.")
    incident = making.again(incident)
    steps = {step.transition.verb: step for step in moving.options(incident, people.risk(), after(60))}
    assert steps["recover"].verdict
    assert not steps["recover"].unmet
    assert steps["recover"].override


def test_merging_ends_one_and_the_other_concerns_both_workflows() -> None:
    one = making.declared()
    other = making.declared(workflow=making.workflow("Letters"), title="Letters wrong")
    moving.merge(one, into=other, by=one.declared_by, at=after(5), reason="The same prompt.")
    one, other = making.again(one), making.again(other)
    assert (one.state, one.merged_into) == (State.MERGED, other)
    assert set(other.workflows.all()) == {one.workflows.get(), *other.workflows.filter(name="Letters")}
    assert other.links.get(is_primary=True).workflow.name == "Letters"


@pytest.mark.parametrize("kind", ["itself", "declined", "restricted into open", "exercise into real"])
def test_merging_refuses_what_makes_no_sense(kind: str) -> None:
    other = making.declared()
    one = making.declared(is_restricted=kind == "restricted into open", is_exercise=kind == "exercise into real")
    if kind == "declined":
        moving.move(other, "decline", by=other.declared_by, at=after(1), reason="No.")
    with pytest.raises(Conflict):
        moving.merge(one, into=one if kind == "itself" else other, by=people.risk(), at=after(5), reason="Same.")
    assert making.again(one).state == State.OPEN


def test_merging_is_not_a_plain_step() -> None:
    with pytest.raises(ValidationError) as caught:
        moving.move(making.declared(), "merge", by=people.risk(), at=after(5), reason="Same.")
    assert "into" in caught.value.message_dict
