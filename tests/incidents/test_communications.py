"""Words that leave the room: written by one, approved by another, or not sent for a reason."""

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Communication, TimelineEntry
from incidents.services import communications
from incidents.services import people as roles
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def drafted() -> Communication:
    incident = making.declared()
    return communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="CUSTOMERS", subject="Refunds", text="We paid twice."
    )


def test_from_draft_to_sent_with_every_step_in_the_timeline() -> None:
    message = drafted()
    communications.approve(message, by=people.risk(), at=after(6))
    sent = communications.mark_sent(message, by=message.drafted_by, at=after(7), channel="E-mail")
    assert (sent.status, sent.approved_by, sent.sent_at, sent.channel) == ("SENT", people.risk(), after(7), "E-mail")
    steps = TimelineEntry.objects.filter(kind="COMMUNICATION").order_by("id").values_list("data__status", flat=True)
    assert list(steps) == ["DRAFT", "APPROVED", "SENT"]


def test_nobody_approves_their_own_words() -> None:
    incident = making.declared(people.risk())
    message = communications.draft(
        incident, by=people.risk(), at=after(5), audience="PRESS", subject="Refunds", text="We paid twice."
    )
    with pytest.raises(Refused, match="Nobody approves what they drafted"):
        communications.approve(message, by=people.risk(), at=after(6))


def test_whoever_handles_communications_in_the_room_approves() -> None:
    message = drafted()
    person = people.member()
    with pytest.raises(Refused, match="legal or communications"):
        communications.approve(message, by=person, at=after(6))
    roles.assign(message.incident, role="COMMUNICATIONS", person=person, by=people.risk(), at=after(6))
    assert communications.approve(message, by=person, at=after(7)).approved_by == person


def test_other_words_than_were_read_are_not_approved() -> None:
    message = drafted()
    communications.edit_draft(message, by=message.drafted_by, at=after(6), opened_version=1, text="We paid thrice.")
    with pytest.raises(Conflict, match="Read it again"):
        communications.approve(message, by=people.risk(), at=after(7), opened_version=1)


def test_only_the_drafter_edits_and_only_a_draft() -> None:
    message = drafted()
    with pytest.raises(Refused, match="drafted it"):
        communications.edit_draft(message, by=people.risk(), at=after(6), opened_version=1, text="Other.")
    communications.approve(message, by=people.risk(), at=after(6))
    with pytest.raises(Conflict, match="Approved"):
        communications.edit_draft(message, by=message.drafted_by, at=after(7), opened_version=2, text="Other.")


def test_a_stale_edit_shows_both_versions() -> None:
    message = drafted()
    communications.edit_draft(message, by=message.drafted_by, at=after(6), opened_version=1, text="One.")
    with pytest.raises(Stale) as caught:
        communications.edit_draft(message, by=message.drafted_by, at=after(7), opened_version=1, text="Two.")
    assert list(caught.value.differences.values()) == [("One.", "Two.")]


def test_what_is_not_approved_is_not_sent() -> None:
    message = drafted()
    with pytest.raises(Conflict, match="Draft"):
        communications.mark_sent(message, by=message.drafted_by, at=after(7), channel="E-mail")


def test_deciding_to_say_nothing_needs_a_reason_and_somebody_who_may() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        communications.decide_not_to(incident, "PRESS", by=people.risk(), at=after(5), reason="")
    with pytest.raises(Refused):
        communications.decide_not_to(incident, "PRESS", by=incident.declared_by, at=after(5), reason="Nobody asked.")
    made = communications.decide_not_to(incident, "PRESS", by=people.risk(), at=after(5), reason="Nobody asked.")
    assert (made.status, made.decision_reason) == ("NOT_NEEDED", "Nobody asked.")


def test_a_message_needs_an_audience_and_words() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        communications.draft(incident, by=people.risk(), at=after(5), audience="MOON", subject="Hi", text="Hi")
    with pytest.raises(ValidationError):
        communications.draft(incident, by=people.risk(), at=after(5), audience="PRESS", subject="", text="Hi")
