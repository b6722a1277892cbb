"""What becomes of evidence whose keeping has ended: nothing by itself, and nothing by one person."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.models import CustodyEvent, Evidence, Incident, RetentionReview, TimelineEntry
from incidents.retention import keep_until
from incidents.services import evidence, moving, retention
from incidents.services.retention_due import begin_missing, open_reviews
from registry.kernel.access.verdict import Refused
from registry.kernel.documents import making as documents
from registry.kernel.documents.canonical import canonical
from registry.kernel.http.errors import Conflict
from registry.kernel.storage.removal import remove_marked
from registry.models import ChangeSet, Notice, StoredFile
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db

CLOSED = after(200)
LATER = CLOSED + timedelta(days=3 * 365 + 10)
REVIEWED = LATER + timedelta(days=1)


def second() -> Any:
    return people.risk("Ros Second")


def closed(content: bytes = b"plain words\n", *, is_on_hold: bool = False, **fields: Any) -> Evidence:
    """A piece of a closed incident, freed of the hold that it comes with."""
    incident = making.resolved()
    upload = making.upload(content, "log.txt")
    piece = evidence.add_file(incident, by=incident.declared_by, upload=upload, **making.about(**fields))
    close(incident)
    if not is_on_hold:
        evidence.release(piece, by=people.risk(), at=CLOSED, reason="Settled.")
    return again(piece)


def close(incident: Incident) -> None:
    moving.move(incident, "close", by=people.risk(), at=CLOSED, reason="Done.", override=True, review_approved=True)


def again(piece: Evidence) -> Evidence:
    return Evidence.objects.select_related("file", "incident").get(pk=piece.pk)


def review_of(piece: Evidence) -> RetentionReview:
    open_reviews(at=LATER)
    return RetentionReview.objects.get(evidence=piece, state="DUE")


def proposed(piece: Evidence) -> RetentionReview:
    return retention.propose(review_of(piece), by=people.risk(), at=LATER, reason="No longer needed.")


@pytest.mark.parametrize(
    ("name", "day", "until"),
    [
        ("SHORT", date(2026, 3, 2), date(2027, 3, 2)),
        ("STANDARD", date(2026, 3, 2), date(2029, 3, 2)),
        ("REGULATORY", date(2026, 12, 31), date(2036, 12, 31)),
        ("SHORT", date(2028, 2, 29), date(2029, 3, 1)),
    ],
)
def test_each_class_has_its_period_from_the_closing_on(name: str, day: date, until: date) -> None:
    assert keep_until(name, day) == until


def test_closing_sets_the_day() -> None:
    assert closed(retention="SHORT").keep_until == keep_until("SHORT", timezone.localdate(CLOSED))


def test_what_comes_after_the_closing_is_counted_from_the_closing() -> None:
    piece = closed()
    late = evidence.add_file(
        piece.incident, by=people.risk(), upload=making.upload(b"late", "b.txt"), **making.about(at=LATER)
    )
    assert again(late).keep_until == piece.keep_until


def test_pieces_of_incidents_that_were_closed_before_there_was_a_day_get_one() -> None:
    piece = closed()
    until, piece.keep_until = piece.keep_until, None
    piece.save()
    assert begin_missing(at=LATER) == 1
    assert again(piece).keep_until == until


def test_a_review_is_opened_once_when_the_day_has_passed_and_risk_is_told_once() -> None:
    piece = closed()
    assert piece.keep_until is not None
    on_the_day = LATER.replace(year=piece.keep_until.year, month=piece.keep_until.month, day=piece.keep_until.day)
    assert open_reviews(at=on_the_day) == 0
    assert open_reviews(at=LATER) == 1
    assert open_reviews(at=LATER) == 0
    assert RetentionReview.objects.get().due_date == piece.keep_until
    assert Notice.objects.filter(kind="RETENTION", recipient=people.risk()).count() == 1


def test_what_is_on_hold_or_in_an_open_incident_or_without_a_file_is_not_due() -> None:
    closed(is_on_hold=True)
    words = closed(b"third")
    told = evidence.add_note(words.incident, by=people.risk(), **making.about(at=LATER, note="He said so."))
    evidence.release(told, by=people.risk(), at=LATER, reason="Settled.")
    assert again(told).keep_until == words.keep_until
    evidence.hold(words, by=people.risk(), at=LATER, reason="A court asked.")
    open_piece = closed(b"second")
    moving.move(open_piece.incident, "reopen", by=people.risk(), at=LATER, reason="It came back.")
    assert open_reviews(at=REVIEWED) == 0


def test_keeping_it_on_takes_a_later_day_and_a_reason_and_ends_in_another_review() -> None:
    piece = closed()
    until = timezone.localdate(REVIEWED) + timedelta(days=30)
    retention.keep_on(review_of(piece), by=people.risk(), at=REVIEWED, until=until, reason="An appeal is open.")
    assert again(piece).keep_until == until
    assert CustodyEvent.objects.filter(evidence=piece, kind="KEPT").count() == 1
    assert open_reviews(at=REVIEWED) == 0
    assert open_reviews(at=REVIEWED + timedelta(days=32)) == 1


def test_a_day_that_is_past_or_no_reason_keeps_nothing() -> None:
    review = review_of(closed())
    for until, reason in ((timezone.localdate(REVIEWED), "Why not."), (date(2099, 1, 1), " ")):
        with pytest.raises(ValidationError):
            retention.keep_on(review, by=people.risk(), at=REVIEWED, until=until, reason=reason)
    assert RetentionReview.objects.get().state == "DUE"


def test_nobody_confirms_what_they_proposed() -> None:
    review = proposed(closed())
    with pytest.raises(Refused, match="another person"):
        retention.confirm(review, by=people.risk(), at=REVIEWED)


@pytest.mark.parametrize("who", [people.auditor, people.responder, people.administrator, people.executive])
def test_only_risk_staff_decide(who: Any) -> None:
    review = review_of(closed())
    with pytest.raises(Refused, match="risk staff"):
        retention.propose(review, by=who(), at=REVIEWED, reason="Away with it.")


def test_a_disposal_takes_the_content_and_leaves_row_hash_and_chain(django_capture_on_commit_callbacks: Any) -> None:
    piece = closed()
    assert piece.file is not None
    with django_capture_on_commit_callbacks():
        retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert piece.file.read_bytes() == b"plain words\n"  # until the decision is committed
    assert remove_marked(at=REVIEWED) == 1
    after_it = again(piece)
    assert after_it.file is not None
    assert (after_it.custody, after_it.disposed_at) == ("DISPOSED", REVIEWED)
    assert (after_it.file.condition, after_it.file.removed_at) == ("REMOVED", REVIEWED)
    assert after_it.file.sha256 == piece.file.sha256
    assert after_it.file.digest() == ""
    last = CustodyEvent.objects.filter(evidence=piece).last()
    assert last is not None
    assert last.kind == "DISPOSED"
    for words in ("Rita Risk", "Ros Second", "No longer needed."):
        assert words in last.note
    assert TimelineEntry.objects.filter(incident=piece.incident, data__custody="DISPOSED").exists()


def test_content_that_other_evidence_needs_stays() -> None:
    piece, other = closed(), closed(is_on_hold=True)
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    remove_marked(at=REVIEWED)
    assert again(piece).custody == "DISPOSED"
    assert other.file is not None
    assert other.file.read_bytes() == b"plain words\n"
    with evidence.open_for_reading(other, by=people.risk(), at=REVIEWED) as stream:
        assert stream.read() == b"plain words\n"


def test_content_that_a_report_needs_stays() -> None:
    record = {"words": "frozen"}
    piece = closed(canonical(record))
    document = documents.freeze(
        kind="incident", series="IR-2026", title="Report", template="", subject=None, build=lambda *_given: record,
        by=people.risk(), at=LATER,
    )  # fmt: skip
    assert document.record == piece.file
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert remove_marked(at=REVIEWED) == 0
    assert document.read_record() == canonical(record)


def test_content_that_an_import_needs_stays() -> None:
    piece = closed()
    assert piece.file is not None
    ChangeSet.objects.create(title="x", file=piece.file, filename="x", asked_by=people.risk(), asked_at=LATER)
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert remove_marked(at=REVIEWED) == 0


def test_the_last_of_two_takes_the_content_with_it() -> None:
    pieces = [closed(), closed()]
    for piece in pieces:
        retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert remove_marked(at=REVIEWED) == 1
    assert StoredFile.objects.get().removed_at == REVIEWED


def test_a_hold_put_on_in_between_blocks_the_confirmation() -> None:
    piece = closed()
    review = proposed(piece)
    evidence.hold(piece, by=people.risk(), at=REVIEWED, reason="A court asked.")
    with pytest.raises(Conflict, match="legal hold"):
        retention.confirm(review, by=second(), at=REVIEWED)
    assert again(piece).file is not None
    assert again(piece).custody != "DISPOSED"


def test_reopening_in_between_blocks_the_confirmation() -> None:
    piece = closed()
    review = proposed(piece)
    moving.move(piece.incident, "reopen", by=people.risk(), at=REVIEWED, reason="It came back.")
    with pytest.raises(Conflict, match="reopened"):
        retention.confirm(review, by=second(), at=REVIEWED)


def test_declined_it_waits_again_and_can_be_kept_on() -> None:
    review = proposed(closed())
    row = retention.decline(review, by=second(), at=REVIEWED, reason="Ask legal first.")
    assert (row.state, row.proposed_by) == ("DUE", None)
    until = timezone.localdate(REVIEWED) + timedelta(days=30)
    assert retention.keep_on(row, by=second(), at=REVIEWED, until=until, reason="Legal says so.").state == "KEPT"


def test_a_decision_on_an_outdated_page_is_a_conflict() -> None:
    review = proposed(closed())
    with pytest.raises(Conflict, match="Disposal proposed"):
        retention.propose(review, by=second(), at=REVIEWED, reason="Me too.")


def test_what_was_disposed_of_is_neither_read_nor_checked_nor_held() -> None:
    piece = closed()
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    piece = again(piece)
    for refused in (
        lambda: evidence.open_for_reading(piece, by=people.risk(), at=REVIEWED),
        lambda: evidence.verify(piece, by=people.risk(), at=REVIEWED),
        lambda: evidence.hold(piece, by=people.risk(), at=REVIEWED, reason="Too late."),
    ):
        with pytest.raises(Conflict, match="disposed of"):
            refused()


def test_the_same_file_may_come_again_after_its_disposal() -> None:
    piece = closed()
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    about = making.about(at=REVIEWED)
    fresh = evidence.add_file(piece.incident, by=people.risk(), upload=making.upload(name="a.txt"), **about)
    assert remove_marked(at=REVIEWED) == 0
    assert fresh.file is not None
    assert fresh.file.read_bytes() == b"plain words\n"


def added_to(incident: Incident, content: bytes = b"plain words\n") -> Evidence:
    piece = evidence.add_file(incident, by=incident.declared_by, upload=making.upload(content), **making.about())
    evidence.release(piece, by=people.risk(), at=after(30), reason="Settled.")
    return again(piece)


def test_evidence_of_a_declined_incident_is_kept_from_its_declining() -> None:
    piece = added_to(making.declared())
    moving.move(piece.incident, "decline", by=people.risk(), at=CLOSED, reason="A test page.")
    assert again(piece).keep_until == keep_until("STANDARD", timezone.localdate(CLOSED))
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert again(piece).custody == "DISPOSED"


def merged() -> tuple[Evidence, Incident]:
    """A piece of an incident that was merged into one that is resolved, but not closed."""
    piece, into = added_to(making.declared()), making.resolved()
    moving.merge(piece.incident, into=into, by=people.risk(), at=after(140), reason="The same thing.")
    return again(piece), making.again(into)


def test_evidence_of_a_merged_incident_follows_the_one_it_became_part_of() -> None:
    piece, into = merged()
    assert begin_missing(at=after(150)) == 0
    assert again(piece).keep_until is None
    close(into)
    assert again(piece).keep_until == keep_until("STANDARD", timezone.localdate(CLOSED))
    retention.confirm(proposed(piece), by=second(), at=REVIEWED)
    assert again(piece).custody == "DISPOSED"


def test_reopening_what_it_was_merged_into_blocks_review_and_confirmation() -> None:
    piece, into = merged()
    close(into)
    review = proposed(piece)
    moving.move(into, "reopen", by=people.risk(), at=REVIEWED, reason="It came back.")
    with pytest.raises(Conflict, match=f"{into.reference} was reopened"):
        retention.confirm(review, by=second(), at=REVIEWED)
    review.delete()
    assert open_reviews(at=REVIEWED) == 0


def test_merged_into_one_that_is_closed_already_the_sweep_sets_the_day() -> None:
    piece, into = added_to(making.declared()), closed(b"other").incident
    moving.merge(piece.incident, into=into, by=people.risk(), at=LATER, reason="The same thing.")
    assert begin_missing(at=LATER) == 1
    assert again(piece).keep_until == keep_until("STANDARD", timezone.localdate(CLOSED))


def test_a_class_that_was_chosen_wrongly_is_changed_by_risk_with_a_reason_on_the_chain() -> None:
    piece = closed(retention="SHORT")
    for who in (people.responder, people.auditor, people.owner):
        with pytest.raises(Refused, match="risk staff"):
            evidence.reclassify(piece, by=who(), at=LATER, retention="REGULATORY", reason="Why not.")
    with pytest.raises(ValidationError):
        evidence.reclassify(piece, by=people.risk(), at=LATER, retention="REGULATORY", reason=" ")
    review = review_of(piece)
    evidence.reclassify(piece, by=people.risk(), at=LATER, retention="REGULATORY", reason="The regulator asked.")
    assert again(piece).keep_until == keep_until("REGULATORY", timezone.localdate(CLOSED))
    last = CustodyEvent.objects.filter(evidence=piece).last()
    assert last is not None
    assert (last.kind, last.by) == ("RECLASSIFIED", people.risk())
    assert last.note == "Personal data, 1 year → Regulatory, 10 years: The regulator asked."
    assert RetentionReview.objects.get(pk=review.pk).state == "KEPT"
    assert open_reviews(at=REVIEWED) == 0
    evidence.reclassify(piece, by=people.risk(), at=LATER, retention="SHORT", reason="It did not.")
    assert open_reviews(at=REVIEWED) == 1


def test_another_class_neither_shortens_what_a_review_decided_nor_passes_a_proposal_by() -> None:
    piece = closed()
    until = timezone.localdate(REVIEWED) + timedelta(days=30)
    retention.keep_on(review_of(piece), by=people.risk(), at=REVIEWED, until=until, reason="An appeal is open.")
    evidence.reclassify(piece, by=people.risk(), at=REVIEWED, retention="SHORT", reason="Names in it.")
    assert again(piece).keep_until == until
    open_reviews(at=REVIEWED + timedelta(days=40))
    review = RetentionReview.objects.get(evidence=piece, state="DUE")
    retention.propose(review, by=people.risk(), at=REVIEWED, reason="No longer needed.")
    with pytest.raises(Conflict, match="Decline that first"):
        evidence.reclassify(piece, by=people.risk(), at=REVIEWED, retention="STANDARD", reason="No.")
