"""Notices that may be owed: put on the list, then submitted or explained by risk staff."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Obligation
from incidents.services import obligations
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Notice
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def owed(**fields: Any) -> Obligation:
    given = {"at": after(5), "name": "Initial notice", "starts_at": NOW, "due_at": after(240), **fields}
    incident = making.declared()
    return obligations.add(incident, by=fields.get("by") or incident.declared_by, **given)


def test_its_owner_and_risk_staff_are_told() -> None:
    people.risk()
    owed(owner=people.executive())
    told = Notice.objects.filter(key__contains="obligation").values_list("recipient__email", flat=True)
    assert set(told) == {people.risk().email, people.executive().email}


def test_submitting_and_explaining_settle_it_with_who_and_why() -> None:
    done: Any = obligations.submit(owed(), by=people.risk(), at=after(60), explanation="Receipt 4711.")
    assert (done.status, done.settled_by, done.settled_at) == ("SUBMITTED", people.risk(), after(60))
    assert done.history.latest().history_change_reason == "Receipt 4711."
    other = obligations.not_owed(owed(), by=people.risk(), at=after(60), explanation="No personal data.")
    assert other.status == "NOT_OWED"


def test_it_is_settled_once() -> None:
    notice = owed()
    obligations.submit(notice, by=people.risk(), at=after(60), explanation="Receipt 4711.")
    with pytest.raises(Conflict, match="settled before: Submitted"):
        obligations.not_owed(notice, by=people.risk(), at=after(61), explanation="No.")


def test_settling_needs_an_explanation_and_risk_staff() -> None:
    notice = owed()
    with pytest.raises(ValidationError):
        obligations.submit(notice, by=people.risk(), at=after(60), explanation=" ")
    with pytest.raises(Refused, match="Only risk staff"):
        obligations.submit(notice, by=notice.incident.declared_by, at=after(60), explanation="Sent.")


@pytest.mark.parametrize(
    ("field", "value"),
    [("starts_at", after(6)), ("due_at", after(-10)), ("due_at", after(60).replace(tzinfo=None)), ("name", "")],
)
def test_impossible_clocks_and_no_name_are_refused(field: str, value: datetime | str) -> None:
    with pytest.raises(ValidationError) as caught:
        owed(**{field: value})
    assert list(caught.value.message_dict) == [field]


def test_a_member_puts_nothing_on_the_list() -> None:
    incident = making.declared()
    with pytest.raises(Refused):
        obligations.add(incident, by=people.member(), at=after(5), name="N", starts_at=NOW, due_at=after(9))
