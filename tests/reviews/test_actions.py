from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Notice, User
from reviews.models import ActionItem
from reviews.services import actions, extensions
from tests import people
from tests.reviews import making

pytestmark = pytest.mark.django_db


def created(by: User | None = None, **fields: Any) -> ActionItem:
    return actions.create(
        **{
            "by": by or people.risk(),
            "at": timezone.now(),
            "title": "Put the refund limit into code",
            "category": "CONSTRAINT",
            "assignee": people.owner(),
            "due_date": making.today() + timedelta(days=10),
            **fields,
        }
    )


def claimed() -> ActionItem:
    return actions.claim_done(making.action(), by=people.owner(), at=timezone.now(), proof="Merged; see the test run.")


def verified() -> ActionItem:
    return actions.verify(claimed(), by=people.risk(), at=timezone.now(), accept=True, reason="")


def test_an_item_of_a_review_belongs_to_its_incident_and_workflow() -> None:
    flow = making.workflow()
    made = created(review=making.review(making.incident(on=flow)))
    assert (made.incident, made.workflow) == (made.review.incident if made.review else None, flow)


def test_whoever_gets_an_item_is_told() -> None:
    created()
    assert Notice.objects.get(recipient=people.owner()).kind == "ACTION_ASSIGNED"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("category", "MAGIC"), ("due_date", making.today() - timedelta(days=1))],
)
def test_what_is_not_specific_owned_and_scheduled_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        created(**{field: value})
    assert set(refused.value.message_dict) == {field}


def test_a_person_who_has_left_gets_no_item() -> None:
    gone = people.person("Gus Gone")
    gone.is_active = False
    gone.save()
    with pytest.raises(ValidationError, match="no longer active"):
        created(assignee=gone)


def test_an_auditor_writes_nothing() -> None:
    with pytest.raises(Refused, match="Auditors read"):
        created(by=people.auditor())


def test_done_needs_proof() -> None:
    with pytest.raises(ValidationError, match="how one can see it"):
        actions.claim_done(making.action(), by=people.owner(), at=timezone.now(), proof=" ")


def test_only_its_owner_or_risk_claims_it() -> None:
    with pytest.raises(Refused, match="assigned to"):
        actions.claim_done(making.action(), by=people.owner("Ola Other"), at=timezone.now(), proof="Done.")


def test_nobody_verifies_their_own_work() -> None:
    risk = people.risk()
    mine = actions.claim_done(making.action(assignee=risk), by=risk, at=timezone.now(), proof="Done, see link.")
    with pytest.raises(Refused, match="second person"):
        actions.verify(mine, by=risk, at=timezone.now(), accept=True, reason="")


def test_the_owner_of_the_workflow_may_verify() -> None:
    boss = people.owner("Ola Owns")
    item = making.action(workflow=making.workflow(owner=boss), state="DONE_CLAIMED", proof="See the run.")
    assert actions.verify(item, by=boss, at=timezone.now(), accept=True, reason="").state == "VERIFIED"


def test_proof_sent_back_needs_a_reason_and_the_owner_hears_it() -> None:
    item = claimed()
    with pytest.raises(ValidationError):
        actions.verify(item, by=people.risk(), at=timezone.now(), accept=False, reason="")
    item = actions.verify(item, by=people.risk(), at=timezone.now(), accept=False, reason="The link is dead.")
    assert item.state == "IN_PROGRESS"
    assert Notice.objects.get(kind="ACTION_REJECT_PROOF").body == "The link is dead."


def test_what_is_verified_can_turn_out_effective_and_later_recur() -> None:
    at, risk = timezone.now(), people.risk()
    item = actions.check_effect(verified(), by=risk, at=at, recurred=False, reason="Three weeks without a case.")
    assert item.state == "EFFECTIVE"
    item = actions.check_effect(item, by=risk, at=at, recurred=True, reason="Two new cases.")
    assert item.state == "RECURRED"


def test_risk_is_accepted_until_a_day_and_not_by_who_owes_the_item() -> None:
    until, at = making.today() + timedelta(days=30), timezone.now()
    boss = people.executive()
    with pytest.raises(Refused, match="owe this item"):
        actions.accept_risk(making.action(assignee=boss), by=boss, at=at, until_date=until, reason="Rare.")
    item = actions.accept_risk(making.action(), by=boss, at=at, until_date=until, reason="Rare.")
    assert (item.state, item.accepted_until_date) == ("RISK_ACCEPTED", until)


def test_cancelling_takes_a_second_person_and_a_reason() -> None:
    item, at = created(by=people.risk()), timezone.now()
    with pytest.raises(Refused, match="second person"):
        actions.cancel(item, by=people.risk(), at=at, reason="Not needed.")
    with pytest.raises(ValidationError):
        actions.cancel(item, by=people.risk("Rob Risk"), at=at, reason="")
    assert actions.cancel(item, by=people.risk("Rob Risk"), at=at, reason="The workflow retires.").state == "CANCELLED"


def test_every_step_is_a_passage_with_who_and_why() -> None:
    item = verified()
    assert [(p.verb, p.by) for p in item.passages.all()] == [
        ("claim_done", people.owner()),
        ("verify", people.risk()),
    ]


def test_a_step_out_of_turn_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="not possible while this is “Open”"):
        actions.verify(making.action(), by=people.risk(), at=timezone.now(), accept=True, reason="")


def test_more_time_is_granted_by_another_and_counted() -> None:
    item, at = making.action(due_in=2), timezone.now()
    later = item.due_date + timedelta(days=7)
    asked = extensions.ask_extension(item, by=item.assignee, at=at, new_due_date=later, reason="The vendor is late.")
    extensions.decide_extension(asked, by=people.risk(), at=at, grant=True, reason="Understood.")
    item.refresh_from_db()
    assert (item.due_date, item.first_due_date, extensions.granted(item)) == (later, later - timedelta(days=7), 1)


def test_nobody_grants_their_own_extension() -> None:
    risk, at = people.risk(), timezone.now()
    item = making.action(due_in=2)
    later = item.due_date + timedelta(days=7)
    asked = extensions.ask_extension(item, by=risk, at=at, new_due_date=later, reason="Late.")
    with pytest.raises(Refused, match="second person"):
        extensions.decide_extension(asked, by=risk, at=at, grant=True, reason="Fine.")


def test_more_time_is_asked_for_once_at_a_time() -> None:
    item, at = making.action(due_in=2), timezone.now()
    later = item.due_date + timedelta(days=7)
    extensions.ask_extension(item, by=item.assignee, at=at, new_due_date=later, reason="Late.")
    with pytest.raises(Conflict, match="asked for already"):
        extensions.ask_extension(item, by=item.assignee, at=at, new_due_date=later, reason="Late.")


def test_a_refused_extension_leaves_the_date() -> None:
    item, at = making.action(due_in=2), timezone.now()
    later = item.due_date + timedelta(days=7)
    asked = extensions.ask_extension(item, by=item.assignee, at=at, new_due_date=later, reason="Late.")
    extensions.decide_extension(asked, by=people.risk(), at=at, grant=False, reason="No.")
    item.refresh_from_db()
    assert item.due_date == item.first_due_date
