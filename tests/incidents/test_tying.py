"""What each sentence rests on: kept while it stays, asked for on approval, told to nobody who may not open it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Communication, SentenceTie
from incidents.reports.resting import label_of, sentences_of
from incidents.services import approving, communications, evidence, facts, tying
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> Communication:
    incident = making.declared()
    facts.confirm_facts(
        incident, by=incident.declared_by, at=after(3), facts={"People told": "Two customers"}, opened_version=None
    )
    return communications.draft(
        incident, by=incident.declared_by, at=after(5), audience="CUSTOMERS", subject="Refunds",
        text="Two of you were paid twice. We are sorry. Keep the money.",
    )  # fmt: skip


def tie(message: Communication, number: int, **about: Any) -> SentenceTie:
    sentence = sentences_of(message)[number - 1]
    given = {"by": message.drafted_by, "at": after(6), **about}
    return tying.tie(message, sentence=sentence.key, **given)


def still_open(message: Communication) -> list[str]:
    again = Communication.objects.get(pk=message.pk)
    return [each.text.strip() for each in sentences_of(again) if each.is_open]


def test_what_rests_on_nothing_needs_a_word_of_whoever_approves(message: Communication) -> None:
    tie(message, 1, kind="FACT", name="People told")
    with pytest.raises(ValidationError, match="2 sentences rest on nothing"):
        approving.approve(message, by=people.risk(), at=after(7))
    tie(message, 2, kind="NOTHING", reason="It is a feeling")
    tie(message, 3, kind="TIME", name="DECLARED")
    assert still_open(message) == []
    assert approving.approve(message, by=people.risk(), at=after(8)).counts


def test_a_sentence_keeps_its_ties_while_others_are_changed(message: Communication) -> None:
    tie(message, 1, kind="FACT", name="People told")
    tie(message, 2, kind="NOTHING", reason="It is a feeling")
    communications.edit_draft(
        message, by=message.drafted_by, at=after(7), opened_version=1,
        text="Good day.\n\nTwo of you  were paid twice. We are very sorry.",
    )  # fmt: skip
    assert still_open(message) == ["Good day.", "We are very sorry."]
    again = Communication.objects.get(pk=message.pk)
    with pytest.raises(Conflict, match="no such sentence"):
        tying.tie(again, by=people.risk(), at=after(8), sentence="0" * 64, kind="NOTHING", reason="So")
    with pytest.raises(Conflict, match="already"):
        tie(again, 2, kind="FACT", name="People told")


def test_taking_away_what_a_sentence_rests_on_ends_the_approvals(message: Communication) -> None:
    tied = tie(message, 1, kind="FACT", name="People told")
    made = approving.approve(message, by=people.risk(), at=after(7), note="The rest is an apology.")
    tying.untie(tied, by=message.drafted_by, at=after(8))
    made.refresh_from_db()
    assert (made.counts, made.void_reason) == (False, "What a sentence rests on was taken away")
    with pytest.raises(Conflict, match="before"):
        tying.untie(tied, by=message.drafted_by, at=after(9))


def test_a_fact_that_says_something_else_by_now_is_told(message: Communication) -> None:
    tied = tie(message, 1, kind="FACT", name="People told")
    incident = making.again(message.incident)
    assert not tying.is_outdated(tied, incident)
    facts.confirm_facts(
        incident, by=people.risk(), at=after(9), facts={"People told": "Three customers"}, opened_version=None
    )
    assert tying.is_outdated(tied, making.again(incident))
    assert label_of(tied, closed=()) == "People told: Two customers"


def test_restricted_evidence_is_named_by_its_number_alone(message: Communication) -> None:
    piece = evidence.add_note(
        message.incident, by=message.drafted_by, **making.about(title="Letter to Mrs K.", note="Her name.")
    )
    piece.is_restricted = True
    piece.save()
    tied = tie(message, 1, kind="EVIDENCE", evidence=piece.pk)
    assert "Mrs K." in label_of(tied, closed=())
    assert label_of(tied, closed={piece.pk}) == f"{piece.reference} (restricted)"
    other = making.near_miss()
    foreign = evidence.add_note(other, by=people.responder(), **making.about(note="Elsewhere."))
    with pytest.raises(ValidationError, match="Choose a piece of evidence"):
        tie(message, 2, kind="EVIDENCE", evidence=foreign.pk)
    with pytest.raises(Refused):
        tie(message, 2, kind="NOTHING", reason="So", by=people.member())
    for wrong in ({"kind": "FACT", "name": "Unknown"}, {"kind": "NOTHING"}, {"kind": "ENTRY"}, {"kind": "MOON"}):
        with pytest.raises(ValidationError):
            tie(message, 2, **wrong)
