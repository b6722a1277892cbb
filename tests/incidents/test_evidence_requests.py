"""Evidence asked of people: told, chased, handed in by whoever was asked, accepted by somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Evidence, EvidenceRequest, Incident, TimelineEntry
from incidents.services import evidence, evidence_answers, evidence_chase, evidence_requests, restricting
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Notice, User
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def asked(incident: Incident | None = None, person: User | None = None, **fields: Any) -> EvidenceRequest:
    about = incident or making.declared()
    given = {"item": "OUTPUT", "reason": "It cannot be made again.", "due_at": after(80), **fields}
    return evidence_requests.ask(about, person=person or people.member(), by=about.declared_by, at=after(20), **given)


def answered(request: EvidenceRequest, content: bytes = b"put out\n", **fields: Any) -> Evidence:
    by = fields.pop("by", request.person)
    given = making.about(kind=request.kind, title=request.wanted, at=after(30), **fields)
    return evidence.add_file(request.incident, by=by, upload=making.upload(content), request=request, **given)


def again(request: EvidenceRequest) -> EvidenceRequest:
    return EvidenceRequest.objects.select_related("incident", "person").get(pk=request.pk)


def subjects(person: User) -> list[str]:
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("subject", flat=True))


def test_whoever_is_asked_is_told_with_a_link_and_it_stands_in_the_timeline() -> None:
    request = asked()
    notice = Notice.objects.get(recipient=request.person)
    assert notice.url == f"/evidence/requests/{request.pk}/"
    assert "What it put out" in notice.subject
    assert request.kind == "RAW_OUTPUT"
    assert TimelineEntry.objects.filter(data__evidence_request=request.pk).count() == 1


def test_without_a_time_it_is_due_by_the_cadence_of_the_severity() -> None:
    assert asked(due_at=None).due_at == after(20) + timedelta(minutes=240)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"item": ""}, "wanted"),
        ({"item": "RUMOUR"}, "item"),
        ({"reason": " "}, "reason"),
        ({"due_at": after(20)}, "due_at"),
        ({"due_at": after(80).replace(tzinfo=None)}, "due_at"),
        ({"kind": "RUMOUR"}, "kind"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        asked(**fields)
    assert list(caught.value.message_dict) == [name]


def test_of_a_restricted_incident_only_those_inside_are_asked_and_the_refusal_says_how() -> None:
    incident = making.declared(is_restricted=True)
    with pytest.raises(ValidationError, match="Let them in first"):
        asked(incident)
    restricting.let_in(incident, person=people.member(), by=incident.declared_by, at=after(19), reason="Has the log")
    request = asked(incident)
    assert "put out" not in " ".join(subjects(request.person))


def test_auditors_are_not_asked_and_members_do_not_ask() -> None:
    with pytest.raises(ValidationError, match="Auditors"):
        asked(person=people.auditor())
    with pytest.raises(Refused):
        evidence_requests.ask(
            making.declared(), person=people.owner(), by=people.member(), at=after(20), item="OUTPUT", reason="Why"
        )


def test_the_person_asked_hands_in_without_working_there_and_another_accepts() -> None:
    request = asked()
    piece = answered(request)
    assert piece.request == request
    row = again(request)
    assert (row.status, row.answer, row.answered_by) == ("ANSWERED", "HANDED_IN", request.person)
    assert any("Handed in" in each for each in subjects(request.asked_by))
    answered(row, b"more\n")
    with pytest.raises(Refused):
        evidence_answers.accept(row, by=request.person, at=after(40))
    evidence_answers.accept(row, by=request.asked_by, at=after(40))
    with pytest.raises(Conflict, match="Accepted"):
        answered(row, b"too late\n")
    assert Evidence.objects.count() == 2


def test_others_do_not_hand_in_and_nothing_is_kept() -> None:
    request = asked()
    with pytest.raises(Refused, match="asked"):
        answered(request, by=people.executive())
    assert not Evidence.objects.exists()


def test_whoever_works_there_may_answer_in_their_place_but_then_does_not_accept() -> None:
    request = asked()
    answered(request, by=request.asked_by)
    with pytest.raises(Refused, match="another person"):
        evidence_answers.accept(again(request), by=request.asked_by, at=after(40))
    assert evidence_answers.accept(again(request), by=people.risk(), at=after(40)).status == "ACCEPTED"


def test_that_there_is_none_needs_a_reason_and_can_be_sent_back() -> None:
    request = asked()
    with pytest.raises(ValidationError, match="empty"):
        evidence_answers.say_none(request, answer="NONE", note=" ", by=request.person, at=after(30))
    evidence_answers.say_none(request, answer="CANNOT", note="Deleted nightly.", by=request.person, at=after(30))
    row = evidence_answers.send_back(again(request), by=request.asked_by, at=after(40), reason="The copy has it.")
    assert (row.status, row.answer, row.since_at) == ("ASKED", "", after(40))
    assert subjects(request.person)[-1].startswith("Sent back")


def test_each_is_reminded_once_then_the_lead_and_nothing_after_an_answer() -> None:
    request = asked()
    lead = request.asked_by
    steps = [(49, 0, 0), (50, 1, 0), (51, 1, 0), (80, 2, 0), (95, 2, 1), (500, 2, 1)]
    for minutes, to_person, to_lead in steps:
        evidence_chase.chase(at=after(minutes))
        evidence_chase.chase(at=after(minutes))
        assert len(subjects(request.person)) == 1 + to_person
        assert len([each for each in subjects(lead) if "has not handed in" in each]) == to_lead
    answered(asked(request.incident, item="INPUT"))
    assert evidence_chase.chase(at=after(900)) == 0
    asked(request.incident, item="PROMPT")
    incident = making.again(request.incident)
    incident.state = "DECLINED"
    incident.save()
    assert evidence_chase.chase(at=after(900)) == 0


def test_handing_on_and_withdrawing_start_and_end_the_chase() -> None:
    request = asked()
    with pytest.raises(ValidationError, match="passed"):
        evidence_requests.hand_on(request, to=people.owner(), by=request.person, at=after(90), reason="Not mine")
    row = evidence_requests.hand_on(
        request, to=people.owner(), by=request.person, at=after(90), reason="Not mine", due_at=after(150)
    )
    assert (row.person, row.remind_at) == (people.owner(), after(120))
    with pytest.raises(Refused):
        evidence_requests.withdraw(row, by=people.owner(), at=after(95), reason="No")
    evidence_requests.withdraw(row, by=request.asked_by, at=after(95), reason="Found elsewhere")
    assert evidence_chase.chase(at=after(900)) == 0
    assert subjects(people.owner())[-1].startswith("No longer needed")


def test_a_link_stays_to_be_fetched_until_a_file_stands_beside_it() -> None:
    incident = making.declared()
    lead = incident.declared_by
    piece = evidence.add_note(incident, by=lead, **making.about(link="https://traces.example.test/1"))
    request = evidence_requests.ask_to_fetch(piece, person=lead, by=lead, at=after(20), reason="Kept seven days")
    with pytest.raises(Conflict, match="already"):
        evidence_requests.ask_to_fetch(piece, person=lead, by=lead, at=after(21), reason="Again")
    with pytest.raises(ValidationError, match="file that the link leads to"):
        evidence.add_note(incident, by=lead, request=request, **making.about(note="It says nothing"))
    answered(request)
    assert (again(request).status, again(request).settled_by) == ("ACCEPTED", lead)
