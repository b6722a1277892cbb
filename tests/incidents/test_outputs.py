"""Affected outputs: brought in, decided, divided, sampled, put right, and counted on the way."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.affected import Decision
from incidents.models import AffectedOutput, Incident, OutputList
from incidents.reports import output_counts
from incidents.services import moving
from incidents.services.outputs import (
    bringing,
    deciding,
    dividing,
    many,
    righting,
    sampling,
    tallying,
    writing,
)
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Notice, User
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db
AFFECTED: dict[str, Any] = {"decision": "AFFECTED", "moved": "YES", "remedy": "CORRECTION"}


def brought(incident: Incident, ids: int = 6, by: User | None = None) -> OutputList:
    lines = "\n".join(f"CL-{number:04d},{'North' if number % 2 else 'South'}" for number in range(ids))
    return bringing.bring_text(incident, by=by or people.responder(), at=after(10), text=f"id,segment\n{lines}\n")


def output(incident: Incident, place: int = 0) -> AffectedOutput:
    return AffectedOutput.objects.filter(incident=incident).order_by("pk")[place]


def decide(row: AffectedOutput, by: User, **given: Any) -> AffectedOutput:
    return deciding.decide(row, by=by, at=given.pop("at", after(20)), **{"decision": "AFFECTED", **given})


def kept(incident: Incident) -> Any:
    found = tallying.tally_of(making.again(incident))
    assert found == output_counts.count(incident), "what is kept is what is there"
    return found


def test_a_list_brought_in_twice_adds_nothing_twice() -> None:
    incident = making.declared()
    assert brought(incident).added == 6
    again = brought(incident)
    assert (again.added, again.known) == (0, 6)
    assert kept(incident).total == 6
    assert incident.timeline.filter(kind="OUTPUTS").count() == 2
    assert output(incident).history.get().history_type == "+"


def test_one_wrong_line_and_nothing_is_taken() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError) as refused:
        bringing.bring_text(incident, by=people.responder(), at=after(1), text="id,link\nCL-1,\nCL-2,ftp://x\n")
    assert "Line 3" in " ".join(refused.value.messages)
    assert not AffectedOutput.objects.exists()
    assert not OutputList.objects.exists()


def test_a_long_list_is_written_in_parts_that_a_kill_cannot_spoil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PART", 4)
    monkeypatch.setattr(bringing, "AT_ONCE", 3)
    incident = making.declared()
    ids = "\n".join(f"CL-{number}" for number in range(10))
    made = bringing.bring_file(
        incident, by=people.responder(), at=after(1), upload=making.upload(f"id\n{ids}\n".encode(), "ids.csv")
    )
    assert (made.status, made.added) == ("WAITING", 0)
    parts = 0

    def killed(*given: Any) -> None:
        nonlocal parts
        parts += 1
        if parts == 2:
            raise KeyboardInterrupt
        real(*given)

    real = writing.write_part
    monkeypatch.setattr(writing, "write_part", killed)
    with pytest.raises(KeyboardInterrupt):
        writing.write(made.pk, clock=lambda: after(2))
    made.refresh_from_db()
    assert (made.status, made.added, kept(incident).total) == ("WAITING", 4, 4)
    writing.write_waiting(clock=lambda: after(3))
    writing.write_waiting(clock=lambda: after(4))
    made.refresh_from_db()
    assert (made.status, made.added, kept(incident).total) == ("DONE", 10, 10)


def test_a_decision_counts_and_its_owner_may_take_it_back() -> None:
    incident, lead = making.declared(), people.responder()
    brought(incident)
    row = decide(output(incident), lead, moved="YES", remedy="CORRECTION")
    found = kept(incident)
    assert (found.undecided, found.affected, found.moved, found.owed) == (5, 1, 1, 1)
    deciding.undo(row, by=lead, at=after(25))
    row = output(incident)
    assert (row.decision, row.moved, row.remedy, row.decided_by) == ("UNDECIDED", "UNKNOWN", "NONE", None)
    assert kept(incident).affected == 0
    decide(row, lead)
    with pytest.raises(Conflict, match="ten minutes"):
        deciding.undo(row, by=lead, at=after(31))
    with pytest.raises(Conflict, match="Only your own"):
        deciding.undo(row, by=people.risk(), at=after(21))


def test_what_is_taken_back_gives_way_to_what_stood_before_it() -> None:
    """Put right or handed on in between, a decision has several rows of history; the one before it comes back."""
    incident, lead, risk = making.declared(), people.responder(), people.risk()
    brought(incident)
    decide(output(incident), risk, decision="UNAFFECTED", at=after(20))
    row = decide(output(incident), lead, decision="AFFECTED", reason="The letter went out.", at=after(22))
    sampling.draw(incident, size=6, by=lead, at=after(23))
    deciding.undo(row, by=lead, at=after(24))
    row = output(incident)
    assert (row.decision, row.decided_by) == ("UNAFFECTED", risk)
    with pytest.raises(Conflict, match="Only your own"):
        deciding.undo(row, by=lead, at=after(25))
    deciding.undo(row, by=risk, at=after(26))
    assert (output(incident).decision, output(incident).decided_by) == ("UNDECIDED", None)


def test_the_second_look_is_somebody_elses() -> None:
    incident, lead, risk = making.declared(), people.responder(), people.risk()
    brought(incident)
    row = decide(output(incident), lead, decision="AMBIGUOUS")
    with pytest.raises(Conflict, match="somebody else"):
        decide(row, lead)
    settled = decide(row, risk, **AFFECTED)
    assert (settled.first_by, settled.decided_by) == (lead, risk)
    with pytest.raises(Conflict, match="somebody else"):
        decide(row, lead, decision="UNAFFECTED", reason="I looked again.")
    with pytest.raises(Conflict, match="Say why"):
        decide(row, risk, decision="UNAFFECTED")
    assert decide(row, risk, decision="UNAFFECTED", reason="It was a test claim.").decision == "UNAFFECTED"


def test_two_who_look_at_one_output_do_not_overwrite_each_other() -> None:
    incident = making.declared()
    brought(incident)
    decide(output(incident), people.responder(), seen="UNDECIDED")
    with pytest.raises(Conflict, match="meanwhile by Rae Responder: Affected"):
        decide(output(incident), people.risk(), decision="UNAFFECTED", seen="UNDECIDED", reason="x")


def test_many_are_decided_as_each_alone_would_be() -> None:
    incident, lead, risk = making.declared(), people.responder(), people.risk()
    brought(incident, ids=8)
    rows = AffectedOutput.objects.filter(incident=incident)
    decide(output(incident, 0), risk, decision="AMBIGUOUS")
    decide(output(incident, 1), lead, decision="AMBIGUOUS")
    decide(output(incident, 2), lead, **AFFECTED)
    decide(output(incident, 3), risk, decision="UNAFFECTED")
    righting.put_right(incident, rows, by=lead, at=after(22), note="Letter sent.")
    assert many.preview(rows, by=risk, decision="AFFECTED") == 6
    with pytest.raises(Conflict, match="6 outputs now"):
        many.decide_many(incident, rows, by=risk, at=after(30), decision="AFFECTED", reason="Why", expected=8)
    done = many.decide_many(
        incident, rows, by=risk, at=after(30), decision="AFFECTED", remedy="RE_REVIEW", reason="All scored low."
    )
    assert done == 6
    own, other, righted, changed = [output(incident, place) for place in range(4)]
    assert own.decision == "AMBIGUOUS"
    assert (other.decision, other.first_by, other.decided_by) == ("AFFECTED", lead, risk)
    assert righted.remedy == "CORRECTION"
    assert (changed.decision, changed.moved, changed.reason) == ("AFFECTED", "UNKNOWN", "All scored low.")
    assert changed.history.first().history_change_reason == "All scored low."
    assert kept(incident).owed == 6


def test_what_is_undecided_is_shared_out_evenly_and_taken_over() -> None:
    incident, lead, risk = making.declared(), people.responder(), people.risk()
    brought(incident, ids=7)
    rows = AffectedOutput.objects.filter(incident=incident)
    decide(output(incident), lead)
    assert dividing.divide(incident, rows, among=[lead, risk], by=lead, at=after(30)) == {lead: 3, risk: 3}
    assert Notice.objects.filter(recipient=risk, subject__contains="3 outputs for you").count() == 1
    with pytest.raises(ValidationError, match="may not work"):
        dividing.divide(incident, rows, among=[people.member()], by=lead, at=after(31))
    with pytest.raises(Refused):
        dividing.divide(incident, rows, among=[lead], by=people.responder("Other Responder"), at=after(31))
    assert dividing.divide(incident, rows.filter(share__person=lead), among=[risk], by=risk, at=after(32)) == {risk: 3}
    assert rows.filter(share__person=risk).count() == 6


def test_a_sample_is_drawn_decided_and_tells_a_share() -> None:
    incident, lead = making.declared(), people.responder()
    brought(incident, ids=40)
    sample = sampling.draw(incident, size=10, by=lead, at=after(30), seed="17")
    estimate = output_counts.estimate_of(incident)
    assert estimate is not None
    assert (estimate.settled, estimate.share) == (0, None)
    chosen = AffectedOutput.objects.filter(sample=sample)
    many.decide_many(incident, chosen.filter(segment="North"), by=lead, at=after(31), decision="AFFECTED", reason="x")
    many.decide_many(incident, chosen.filter(segment="South"), by=lead, at=after(32), decision="UNAFFECTED", reason="x")
    estimate = output_counts.estimate_of(incident)
    assert estimate is not None
    assert estimate.share is not None
    assert estimate.share.share == chosen.filter(decision="AFFECTED").count() / 10
    sampling.draw(incident, size=20, by=lead, at=after(33))
    assert chosen.count() == 20
    with pytest.raises(ValidationError, match="only grows"):
        sampling.draw(incident, size=5, by=lead, at=after(34))


def test_closing_asks_for_every_decision_and_every_correction() -> None:
    incident = making.resolved()
    lead, risk = incident.declared_by, people.risk()
    brought(incident, ids=3)
    rows = AffectedOutput.objects.filter(incident=incident)
    decide(output(incident), lead, at=after(140), decision="AMBIGUOUS")
    assert unmet(incident) == {"OUTPUTS": "3 outputs are not decided."}
    many.decide_many(incident, rows, by=risk, at=after(150), reason="x", **AFFECTED)
    assert incident.timeline.filter(text__startswith="All outputs decided").count() == 1
    assert unmet(incident) == {"CORRECTIONS": "3 affected outputs are not put right."}
    righting.put_right(incident, rows, by=lead, at=after(160), note="Letters sent, batch 7.")
    assert unmet(incident) == {}
    with pytest.raises(Conflict, match="put right already"):
        decide(output(incident), risk, decision="UNAFFECTED", reason="x")
    assert incident.timeline.filter(text__contains="3 outputs put right").count() == 1


def test_what_is_still_being_written_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 1)
    incident = making.resolved()
    bringing.bring_file(
        incident, by=incident.declared_by, at=after(130), upload=making.upload(b"id\nCL-1\nCL-2\n", "ids.csv")
    )
    assert unmet(incident) == {"OUTPUTS": "2 outputs are not decided."}


def test_an_incident_with_outputs_to_settle_is_merged_into_no_other() -> None:
    incident, lead = making.declared(), people.responder()
    brought(incident, ids=1)
    with pytest.raises(Conflict, match="outputs undecided"):
        moving.merge(incident, into=making.declared(), by=lead, at=after(40), reason="The same.")
    decide(output(incident), lead, decision="UNAFFECTED")
    moving.merge(incident, into=making.declared(), by=lead, at=after(41), reason="The same.")
    assert making.again(incident).state == "MERGED"


def unmet(incident: Incident) -> dict[str, str]:
    facts = moving.facts_for(making.again(incident), after(200))
    from incidents.gates import gate_unmet

    found = {each.key: each.sentence for each in gate_unmet("close", facts)}
    return {key: found[key] for key in ("OUTPUTS", "CORRECTIONS") if key in found}


@pytest.mark.parametrize("person", ["member", "auditor"])
def test_who_does_not_work_here_changes_nothing(person: str) -> None:
    incident = making.declared()
    brought(incident)
    with pytest.raises(Refused):
        decide(output(incident), getattr(people, person)())
    with pytest.raises(Refused):
        brought(incident, by=getattr(people, person)())
    assert not AffectedOutput.objects.exclude(decision=Decision.UNDECIDED).exists()
