from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import RoleAssignment
from registry.kernel.http.errors import Conflict
from reviews.services import closing
from tests import people
from tests.reviews import making

pytestmark = pytest.mark.django_db


def resolved() -> Any:
    room = making.incident()
    RoleAssignment.objects.create(
        incident=room, role="LEAD", person=people.responder(), assigned_by=people.risk(), started_at=timezone.now()
    )
    return room


def approve(room: Any) -> None:
    making.review(room, status="APPROVED", decided_by=people.risk(), decided_at=timezone.now(), submitted_by=None)


def test_without_an_approved_review_it_does_not_close() -> None:
    with pytest.raises(Conflict, match="requires a review"):
        closing.close(resolved(), by=people.responder(), at=timezone.now())


def test_with_an_approved_review_and_everything_tracked_it_closes() -> None:
    room = resolved()
    approve(room)
    making.action(due_in=5, incident=room)
    making.action(due_in=-50, incident=room, state="VERIFIED", proof="See the run.")
    closing.close(room, by=people.responder(), at=timezone.now())
    room.refresh_from_db()
    assert room.state == "CLOSED"


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"due_in": -1}, 1),
        ({"due_in": 5, "state": "RECURRED"}, 1),
        ({"due_in": 5, "state": "IN_PROGRESS"}, 0),
        ({"due_in": -5, "state": "CANCELLED"}, 0),
        ({"due_in": -5, "state": "RISK_ACCEPTED", "accepted_until_date": making.today() + timedelta(days=3)}, 0),
    ],
)
def test_an_item_holds_the_closing_unless_it_is_done_tracked_or_accepted(fields: Any, counts: int) -> None:
    room = making.incident()
    making.action(incident=room, **fields)
    assert closing.untracked(room, making.today()).count() == counts


def test_an_item_whose_owner_has_left_is_not_tracked() -> None:
    gone = people.person("Gus Gone")
    gone.is_active = False
    gone.save()
    room = making.incident()
    making.action(due_in=5, incident=room, assignee=gone)
    assert closing.untracked(room, making.today()).count() == 1


def test_closing_over_unmet_conditions_needs_a_reason_and_keeps_them() -> None:
    room = resolved()
    passage = closing.close(
        room, by=people.risk(), at=timezone.now(), reason="The workflow was retired.", override=True
    )
    assert passage.overridden == ["The severity requires a review and none has been approved."]
