"""Signals: added, edited, shown to fire, heard of, retired; and what the database refuses by itself."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import AuditEntry, Signal, User, Workflow
from registry.services import signals
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def edit(signal: Signal, opened_version: int | None = None, **fields: object) -> Signal:
    return signals.edit_signal(
        signal, by=people.risk(), at=timezone.now(), reason="Better", opened_version=opened_version, **fields
    )


def left(name: str = "Gus Gone") -> User:
    gone = people.owner(name)
    gone.is_active = False
    gone.save()
    return gone


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"limit_value": Decimal(9)}, "limit_direction"),
        ({"limit_direction": "ABOVE"}, "limit_value"),
        ({"unit": "%"}, "unit"),
        ({"baseline_value": Decimal(2)}, "baseline_date"),
        ({"baseline_date": date(2999, 1, 1)}, "baseline_date"),
        ({"baseline_date": date(1900, 1, 1)}, "baseline_date"),
        ({"threshold": ""}, "threshold"),
        ({"kind": "GUESS"}, "kind"),
    ],
)
def test_what_contradicts_itself_is_refused_by_field(workflow: Workflow, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        making.signal(workflow, **change)
    assert list(refused.value.error_dict) == [field]


def test_whoever_has_left_is_not_named_owner(workflow: Workflow) -> None:
    with pytest.raises(ValidationError) as refused:
        making.signal(workflow, owner=left())
    assert list(refused.value.error_dict) == ["owner"]


def test_an_owner_who_left_since_does_not_stop_other_edits(workflow: Workflow) -> None:
    owner = people.owner("Gus Gone")
    signal = making.signal(workflow, owner=owner)
    owner.is_active = False
    owner.save()
    assert edit(signal, threshold="More than 8 %").threshold == "More than 8 %"


def test_a_stale_edit_is_refused(workflow: Workflow) -> None:
    signal = making.signal(workflow)
    edit(signal, opened_version=1, threshold="More than 8 %")
    with pytest.raises(Stale):
        edit(signal, opened_version=1, threshold="More than 7 %")


def test_saving_what_is_stored_already_writes_nothing(workflow: Workflow) -> None:
    signal = making.signal(workflow, limit_value=Decimal(9), limit_direction="ABOVE")
    assert edit(signal, limit_value=Decimal("9.0")).version == 1


def test_a_name_is_free_again_once_the_signal_is_retired(workflow: Workflow) -> None:
    first = making.signal(workflow)
    with pytest.raises(ValidationError):
        making.signal(workflow)
    signals.retire(first, by=people.owner(), at=timezone.now(), reason="Metric is gone")
    assert making.signal(workflow).pk != first.pk


def test_a_retired_signal_keeps_its_reason_and_is_not_touched_again(workflow: Workflow) -> None:
    now = timezone.now()
    gone = signals.retire(making.signal(workflow), by=people.owner(), at=now, reason="Metric is gone")
    assert (gone.is_active, gone.retired_at, gone.retired_reason) == (False, now, "Metric is gone")
    with pytest.raises(Conflict):
        edit(gone, threshold="x")
    with pytest.raises(Conflict):
        signals.prove(gone, by=people.risk(), at=now, how="Drill")
    with pytest.raises(Conflict):
        signals.retire(gone, by=people.risk(), at=now, reason="Again")


def test_retiring_needs_a_reason(workflow: Workflow) -> None:
    with pytest.raises(ValidationError):
        signals.retire(making.signal(workflow), by=people.owner(), at=timezone.now(), reason=" ")


def test_a_responder_shows_that_it_fires_and_a_member_does_not(workflow: Workflow) -> None:
    signal, now = making.signal(workflow), timezone.now()
    with pytest.raises(Refused):
        signals.prove(signal, by=people.member(), at=now, how="Drill")
    proven = signals.prove(signal, by=people.responder(), at=now, how="Drill")
    assert not proven.is_proof_stale(now + timedelta(days=180))
    assert proven.is_proof_stale(now + timedelta(days=181))


@pytest.mark.parametrize("days", [1, -30])
def test_a_proof_is_neither_in_the_future_nor_older_than_the_last(workflow: Workflow, days: int) -> None:
    now = timezone.now()
    signal = signals.prove(making.signal(workflow), by=people.risk(), at=now, how="Drill")
    with pytest.raises(ValidationError) as refused:
        signals.prove(signal, by=people.risk(), at=now, how="Drill", proven_at=now + timedelta(days=days))
    assert list(refused.value.error_dict) == ["proven_at"]


def test_hearing_of_it_goes_forward_and_is_written_once_an_hour(workflow: Workflow) -> None:
    signal, now = making.signal(workflow), timezone.now()
    signals.seen(signal, at=now)
    for minutes in (-600, 1, 59):
        assert signals.seen(signal, at=now + timedelta(minutes=minutes)).last_seen_at == now
    later = signals.seen(signal, at=now + timedelta(minutes=60))
    assert later.last_seen_at == now + timedelta(minutes=60)
    assert later.version == 1
    assert AuditEntry.objects.filter(object_type="registry.signal", object_id=str(signal.pk)).count() == 3


def test_an_owner_of_the_signal_alone_edits_nothing(workflow: Workflow) -> None:
    other = people.owner("Olga Owner")
    signal = making.signal(workflow, owner=other)
    with pytest.raises(Refused):
        signals.retire(signal, by=other, at=timezone.now(), reason="Tired of it")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"proven_at": timezone.now()}, "signal_proof_says_how"),
        ({"is_active": False}, "signal_retired_says_why"),
        ({"retired_reason": "Gone"}, "signal_retired_says_why"),
        ({"limit_value": 9}, "signal_limit_has_a_side"),
        ({"unit": "%"}, "signal_unit_of_a_number"),
        ({"baseline_value": 2}, "signal_baseline_number_is_dated"),
    ],
)
def test_the_database_refuses_what_can_never_be(workflow: Workflow, change: dict[str, Any], constraint: str) -> None:
    signal = making.signal(workflow)
    for name, value in change.items():
        setattr(signal, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        signal.save()
