from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import Notice
from reviews.models import Review
from reviews.services import reviews
from tests import people
from tests.reviews import making

pytestmark = pytest.mark.django_db


def complete() -> Review:
    """Everything written, one action item, not yet submitted."""
    found = making.review(making.incident(on=making.workflow()))
    making.action(review=found, incident=found.incident)
    return found


def submitted() -> Review:
    return reviews.submit(complete(), by=people.responder(), at=timezone.now())


def test_a_review_begins_once_and_is_due_by_its_severity() -> None:
    room, at = making.incident(severity="SEV-1"), timezone.now()
    first = reviews.start(room, by=people.responder(), at=at)
    again = reviews.start(room, by=people.risk(), at=at)
    assert (again, first.due_date) == (first, timezone.localdate(at) + timedelta(days=5))


def test_a_review_cannot_begin_before_containment() -> None:
    with pytest.raises(Refused, match="once the incident is contained"):
        reviews.start(making.incident(state="OPEN"), by=people.responder(), at=timezone.now())


def test_beginning_is_said_in_the_room() -> None:
    room = making.incident()
    reviews.start(room, by=people.responder(), at=timezone.now())
    assert room.timeline.filter(kind="REVIEW", is_automatic=True).exists()


def test_what_is_written_is_kept_with_a_new_version() -> None:
    found = complete()
    saved = reviews.save_answers(
        found, by=people.responder(), at=timezone.now(), opened_version=1, went_well="The log was complete."
    )
    assert (saved.version, saved.went_well) == (2, "The log was complete.")


def test_saving_over_a_newer_version_shows_both() -> None:
    found, by, at = complete(), people.responder(), timezone.now()
    reviews.save_answers(found, by=by, at=at, opened_version=1, root_cause="Theirs")
    with pytest.raises(Stale) as stale:
        reviews.save_answers(found, by=by, at=at, opened_version=1, root_cause="Mine")
    assert stale.value.differences == {"Root cause": ("Theirs", "Mine")}


def test_submitting_says_everything_that_is_missing() -> None:
    empty = making.review(making.incident(), what_happened="", causes=[])
    with pytest.raises(ValidationError) as refused:
        reviews.submit(empty, by=people.responder(), at=timezone.now())
    assert refused.value.messages == [
        "Say what happened.",
        "Name at least one cause.",
        "There is no action item. A review must change something.",
    ]


def test_a_cancelled_action_item_does_not_count() -> None:
    found = making.review(making.incident())
    making.action(review=found, incident=found.incident, state="CANCELLED")
    assert reviews.lacking(found) == ["There is no action item. A review must change something."]


def test_those_who_decide_are_told_that_it_waits() -> None:
    risk = people.risk()
    submitted()
    assert Notice.objects.get(recipient=risk).kind == "REVIEW_SUBMITTED"


def test_nobody_approves_what_they_wrote_or_submitted() -> None:
    risk = people.risk()
    found = making.review(making.incident(), author=risk)
    making.action(review=found, incident=found.incident)
    reviews.submit(found, by=risk, at=timezone.now())
    with pytest.raises(Refused, match="second person"):
        reviews.decide(found, by=risk, at=timezone.now(), approve=True, note="")


def test_a_second_person_approves_and_the_author_hears_of_it() -> None:
    found = reviews.decide(submitted(), by=people.risk(), at=timezone.now(), approve=True, note="Thorough.")
    assert found.status == "APPROVED"
    assert Notice.objects.get(recipient=people.responder(), kind="REVIEW_DECIDED").body == "Thorough."


def test_returning_needs_a_note() -> None:
    with pytest.raises(ValidationError, match="Say what should change"):
        reviews.decide(submitted(), by=people.risk(), at=timezone.now(), approve=False, note=" ")


def test_a_returned_review_is_written_further_and_submitted_again() -> None:
    at = timezone.now()
    found = reviews.decide(submitted(), by=people.risk(), at=at, approve=False, note="Which customers?")
    found = reviews.save_answers(
        found, by=people.risk(), at=at, opened_version=found.version, blast_radius="212, all retail."
    )
    again = reviews.submit(found, by=people.risk(), at=at)
    assert (again.status, again.decided_by) == ("SUBMITTED", None)


def test_it_is_not_approved_when_its_action_items_were_cancelled_meanwhile() -> None:
    found = submitted()
    for action in found.actions.all():
        action.state = "CANCELLED"
        action.save()
    with pytest.raises(ValidationError, match="no action item"):
        reviews.decide(found, by=people.risk(), at=timezone.now(), approve=True, note="")


def test_an_approved_review_is_not_edited() -> None:
    found = reviews.decide(submitted(), by=people.risk(), at=timezone.now(), approve=True, note="")
    with pytest.raises(Refused, match="no longer edited"):
        reviews.save_answers(found, by=people.responder(), at=timezone.now(), opened_version=None, went_well="x")


def test_reopening_needs_a_reason_and_keeps_the_approved_version_in_the_history() -> None:
    risk, at = people.risk(), timezone.now()
    found = reviews.decide(submitted(), by=risk, at=at, approve=True, note="")
    with pytest.raises(ValidationError):
        reviews.reopen(found, by=risk, at=at, reason="")
    found = reviews.reopen(found, by=risk, at=at, reason="More cases were found.")
    assert (found.status, found.decided_by) == ("DRAFT", None)
    assert Review.history.filter(id=found.pk, status="APPROVED").exists()


def test_a_step_out_of_turn_is_a_conflict_that_says_why() -> None:
    with pytest.raises(Conflict, match="not possible while this is “Draft”"):
        reviews.decide(complete(), by=people.risk(), at=timezone.now(), approve=True, note="")
