"""Words that leave the room: written by one, approved by others, or not sent for a reason that others agree with."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from incidents.models import Communication, Incident, MessageApproval, TimelineEntry
from incidents.services import approving, communications, severity, templates
from incidents.services import people as roles
from incidents.services.approving import send_back
from incidents.services.owed_messages import line_for, rules_at
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import User
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db
SERIOUS = {"harm": "SERIOUS", "exposure": "SOME_CUSTOMERS"}


@pytest.fixture
def legal() -> User:
    return people.member("Lea Legal")


@pytest.fixture
def speaker() -> User:
    return people.member("Sam Speaker")


def in_room(incident: Incident, **held: User) -> None:
    for role, person in held.items():
        roles.assign(incident, role=role, person=person, by=people.risk(), at=after(4))


@pytest.fixture
def message(legal: User, speaker: User) -> Communication:
    """Drafted by the lead, for customers: legal and communications have to approve it."""
    incident = making.declared()
    in_room(incident, LEGAL=legal, COMMUNICATIONS=speaker)
    return communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="CUSTOMERS", subject="Refunds", text="We paid twice."
    )


def approve(message: Communication, **given: Any) -> MessageApproval:
    """With a word on why, since nothing says what the sentences rest on."""
    return approving.approve(message, note="Checked by telephone.", **given)


def standing(message: Communication) -> str:
    return Communication.objects.get(pk=message.pk).status


def test_from_draft_to_sent_with_every_step_in_the_timeline(message: Communication, legal: User, speaker: User) -> None:
    first = approve(message, by=speaker, at=after(6), opened_version=1)
    assert (first.role, first.version, first.written_by, standing(message)) == (
        "COMMUNICATIONS", 1, message.drafted_by, "DRAFT",
    )  # fmt: skip
    with pytest.raises(Conflict, match="Still to approve: Legal and compliance"):
        communications.mark_sent(message, by=message.drafted_by, at=after(7), channel="E-mail")
    second = approve(message, by=legal, at=after(7))
    assert (second.role, second.sha256, standing(message)) == ("LEGAL", first.sha256, "APPROVED")
    sent = communications.mark_sent(message, by=message.drafted_by, at=after(8), channel="E-mail")
    assert (sent.status, sent.approved_by, sent.sent_at, sent.channel) == ("SENT", legal, after(8), "E-mail")
    steps = TimelineEntry.objects.filter(kind="COMMUNICATION").order_by("id").values_list("data__status", flat=True)
    assert list(steps) == ["DRAFT", "DRAFT", "APPROVED", "SENT"]


def test_nobody_approves_their_own_words_whatever_role_they_hold(legal: User) -> None:
    incident = making.declared()
    in_room(incident, COMMUNICATIONS=people.risk(), LEGAL=legal)
    own = communications.draft(incident, by=people.risk(), at=after(5), audience="PRESS", subject="Hm", text="Hm.")
    with pytest.raises(Refused, match="Nobody approves what they drafted"):
        approve(own, by=people.risk(), at=after(6))
    with pytest.raises(IntegrityError, match="message_approved_by_another"), transaction.atomic():
        MessageApproval.objects.create(
            incident=incident, communication=own, role="LEGAL", outcome="APPROVED", by=people.risk(), at=after(6),
            written_by=people.risk(), version=1, sha256="0" * 64, rules=rules_at(after(6)),
        )  # fmt: skip


def test_one_person_approves_once_whatever_roles_they_hold(legal: User) -> None:
    incident = making.declared()
    in_room(incident, LEGAL=legal, COMMUNICATIONS=legal)
    message = communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="CUSTOMERS", subject="Refunds", text="We paid twice."
    )
    approve(message, by=legal, at=after(6))
    with pytest.raises(Refused, match="already"):
        approve(message, by=legal, at=after(7))
    assert approve(message, by=people.risk(), at=after(8)).role == "COMMUNICATIONS"
    assert standing(message) == "APPROVED"


def test_only_who_answers_for_what_is_missing_approves(message: Communication, legal: User) -> None:
    with pytest.raises(Refused, match="Only who answers for “Legal and compliance”"):
        approve(message, by=people.risk(), at=after(6))
    with pytest.raises(ValidationError, match="No approval as “Executive sponsor” is missing"):
        approve(message, by=legal, at=after(6), role="EXECUTIVE")
    with pytest.raises(Refused, match="Communications"):
        approve(message, by=legal, at=after(6), role="COMMUNICATIONS")


def test_where_nobody_holds_the_roles_two_of_risk_staff_stand_in() -> None:
    incident = making.declared()
    message = communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="CUSTOMERS", subject="Refunds", text="We paid twice."
    )
    assert approve(message, by=people.risk(), at=after(6)).role == "LEGAL"
    with pytest.raises(Refused, match="already"):
        approve(message, by=people.risk(), at=after(6))
    approve(message, by=people.risk("Second Risk"), at=after(7))
    assert standing(message) == "APPROVED"


def test_other_words_than_were_read_are_not_approved_and_end_what_was_approved(
    message: Communication, legal: User, speaker: User
) -> None:
    approve(message, by=legal, at=after(6))
    communications.edit_draft(message, by=message.drafted_by, at=after(7), opened_version=1, text="We paid thrice.")
    with pytest.raises(Conflict, match="Read it again"):
        approve(message, by=speaker, at=after(8), opened_version=1)
    ended = MessageApproval.objects.get()
    assert (ended.counts, ended.voided_at, ended.void_reason) == (False, after(7), "The words were changed")
    approve(message, by=speaker, at=after(9), opened_version=2)
    assert standing(message) == "DRAFT"
    approve(message, by=legal, at=after(10), opened_version=2)
    communications.edit_draft(message, by=message.drafted_by, at=after(11), opened_version=2, text="Twice.")
    assert standing(message) == "DRAFT"
    assert not [row for row in MessageApproval.objects.all() if row.counts]


def test_what_is_sent_back_is_a_draft_until_its_words_change(
    message: Communication, legal: User, speaker: User
) -> None:
    approve(message, by=speaker, at=after(6))
    with pytest.raises(ValidationError):
        send_back(message, by=legal, at=after(7), reason=" ")
    with pytest.raises(Refused, match="Nobody approves what they drafted"):
        send_back(message, by=message.drafted_by, at=after(7), reason="No")
    send_back(message, by=legal, at=after(7), reason="“Twice” is not proven")
    assert not [row for row in MessageApproval.objects.all() if row.counts]
    with pytest.raises(Conflict, match=r"“Twice” is not proven\. They have to be changed"):
        approve(message, by=speaker, at=after(8))
    communications.edit_draft(message, by=message.drafted_by, at=after(9), opened_version=1, text="We may have.")
    assert approve(message, by=speaker, at=after(10)).counts


def test_a_severity_that_rises_asks_for_what_is_missing_before_it_is_sent(legal: User, speaker: User) -> None:
    incident = making.declared()
    in_room(incident, LEGAL=legal, COMMUNICATIONS=speaker, EXECUTIVE=people.executive())
    message = communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="PRESS", subject="Refunds", text="We paid twice."
    )
    for person in (legal, speaker):
        approve(message, by=person, at=after(6))
    assert standing(message) == "APPROVED"
    severity.assess(incident, by=people.risk(), at=after(7), inputs=SERIOUS, confirmed="SEV-1")
    with pytest.raises(Conflict, match="Still to approve: Executive sponsor"):
        communications.mark_sent(message, by=message.drafted_by, at=after(8), channel="Portal")
    approve(message, by=people.executive(), at=after(9))
    assert communications.mark_sent(message, by=message.drafted_by, at=after(10), channel="Portal").sent_at


def test_a_message_approved_before_the_rules_named_approvals_needs_them_to_be_sent(message: Communication) -> None:
    message.status, message.approved_by, message.approved_at = "APPROVED", people.risk(), after(6)
    message.save()
    with pytest.raises(Conflict, match="Legal and compliance, Communications"):
        communications.mark_sent(message, by=message.drafted_by, at=after(7), channel="E-mail")


def test_only_the_drafter_edits_and_nothing_that_was_sent(message: Communication, legal: User, speaker: User) -> None:
    with pytest.raises(Refused, match="drafted it"):
        communications.edit_draft(message, by=people.risk(), at=after(6), opened_version=1, text="Other.")
    approve(message, by=legal, at=after(6))
    approve(message, by=speaker, at=after(6))
    communications.mark_sent(message, by=message.drafted_by, at=after(7), channel="E-mail")
    with pytest.raises(Conflict, match="Sent"):
        communications.edit_draft(message, by=message.drafted_by, at=after(8), opened_version=1, text="Other.")
    with pytest.raises(Conflict, match="Sent"):
        send_back(message, by=legal, at=after(8), reason="Too late")


def test_a_stale_edit_shows_both_versions(message: Communication) -> None:
    communications.edit_draft(message, by=message.drafted_by, at=after(6), opened_version=1, text="One.")
    with pytest.raises(Stale) as caught:
        communications.edit_draft(message, by=message.drafted_by, at=after(7), opened_version=1, text="Two.")
    assert list(caught.value.differences.values()) == [("One.", "Two.")]


def test_deciding_to_say_nothing_needs_a_reason_and_somebody_who_may() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        communications.decide_not_to(incident, "PRESS", by=people.risk(), at=after(5), reason="")
    with pytest.raises(Refused):
        communications.decide_not_to(incident, "PRESS", by=incident.declared_by, at=after(5), reason="Nobody asked.")
    made = communications.decide_not_to(incident, "PRESS", by=people.risk(), at=after(5), reason="Nobody asked.")
    assert (made.status, made.decision_reason) == ("NOT_NEEDED", "Nobody asked.")
    with pytest.raises(Conflict, match="needs nobody's confirmation"):
        approving.confirm_decision(made, by=people.risk("Second Risk"), at=after(6))


def test_where_a_message_is_owed_a_second_person_confirms_saying_nothing(legal: User) -> None:
    incident = making.declared()
    in_room(incident, LEGAL=legal)
    severity.assess(incident, by=people.risk(), at=after(5), inputs=SERIOUS, confirmed="SEV-1")

    def now() -> str:
        line = line_for(making.again(incident), "CUSTOMERS", after(60))
        return line.standing if line else ""

    made = communications.decide_not_to(incident, "CUSTOMERS", by=people.risk(), at=after(6), reason="They know.")
    assert now() == "UNCONFIRMED"
    with pytest.raises(Refused, match="Nobody approves"):
        approving.confirm_decision(made, by=people.risk(), at=after(7))
    with pytest.raises(Refused, match="Only who answers for"):
        approving.confirm_decision(made, by=people.owner(), at=after(7))
    approving.confirm_decision(made, by=legal, at=after(8))
    assert now() == "DECIDED"
    communications.draft(incident, by=people.risk(), at=after(9), audience="CUSTOMERS", subject="So", text="So.")
    assert now() == "DRAFT"
    assert "taken back" in TimelineEntry.objects.latest("pk").text


def test_a_message_needs_an_audience_and_words() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        communications.draft(incident, by=people.risk(), at=after(5), audience="MOON", subject="Hi", text="Hi")
    with pytest.raises(ValidationError):
        communications.draft(incident, by=people.risk(), at=after(5), audience="PRESS", subject="", text="Hi")


def test_a_message_begun_from_a_template_names_it_and_waits_for_its_gaps(legal: User) -> None:
    incident = making.declared()
    in_room(incident, LEGAL=legal)
    known = templates.filled_for(incident, after(5))
    begun = next(each for each in known if (each.audience, each.occasion) == ("CUSTOMERS", "FIRST_WORD"))
    assert begun.subject == "Something went wrong with Claims triage"
    assert "We noticed it on 2 March 2026" in begun.text
    assert "[… what they should do]" in begun.gaps
    words = {"audience": "CUSTOMERS", "subject": begun.subject, "text": begun.text}
    made = communications.draft(
        incident, by=incident.declared_by, at=after(5), **words, template_rules=begun.rules.pk, occasion="FIRST_WORD"
    )
    assert (made.template_rules, made.occasion) == (begun.rules, "FIRST_WORD")
    with pytest.raises(Conflict, match="Replace what is still open first"):
        approve(made, by=legal, at=after(6))
    whole = "We paid you twice. Keep the money."
    communications.edit_draft(made, by=made.drafted_by, at=after(7), opened_version=1, text=whole)
    assert approve(made, by=legal, at=after(8)).counts
    elsewhere: dict[str, Any] = words | {"audience": "PARTNERS", "template_rules": begun.rules.pk, "occasion": "UPDATE"}
    with pytest.raises(ValidationError, match="no template"):
        communications.draft(incident, by=incident.declared_by, at=after(5), **elsewhere)
