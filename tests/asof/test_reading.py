"""Reading the record as it was known at a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.models import Evidence, Incident
from registry.kernel.audit.asof import PastIsReadOnly, as_known, first_known, known, one, present
from registry.kernel.audit.events import note
from registry.models import AuditEntry, Surface, Workflow
from tests.incidents import making

pytestmark = pytest.mark.django_db

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def hour(n: float) -> datetime:
    return T0 + timedelta(hours=n)


def saved(record: Any, at: datetime, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(record, name, value)
    record._history_date = at
    record.save()
    return record


def test_a_record_is_what_its_newest_row_until_then_said() -> None:
    record = saved(Workflow(slug="w", name="First"), hour(0))
    saved(record, hour(2), name="Second")
    assert [one(Workflow, record.pk, hour(n)).name for n in (0, 1, 2, 3)] == ["First", "First", "Second", "Second"]
    assert one(Workflow, record.pk, hour(-1)) is None
    assert first_known(Workflow, record.pk) == hour(0)


def test_a_filter_asks_what_was_in_force_not_what_once_was() -> None:
    record = saved(Workflow(slug="w", name="W", stage="PILOT"), hour(0))
    saved(record, hour(1), stage="DEVELOPMENT")
    saved(record, hour(2), stage="PILOT")
    assert known(Workflow, hour(1), stage="PILOT") == []
    assert [found.pk for found in known(Workflow, hour(2), stage="PILOT")] == [record.pk]


def test_a_deleted_record_is_known_until_it_was_deleted() -> None:
    owner = saved(Workflow(slug="w", name="W"), hour(0))
    surface = saved(Surface(workflow=owner, kind="MODEL", name="Writer"), hour(1))
    pk = surface.pk
    surface._history_date = hour(3)
    surface.delete()
    assert [found.name for found in known(Surface, hour(2), workflow_id=owner.pk)] == ["Writer"]
    assert known(Surface, hour(3), workflow_id=owner.pk) == []
    assert one(Surface, pk, hour(0)) is None


def test_order_within_a_record_is_that_of_writing_when_a_clock_was_set_back() -> None:
    record = saved(Workflow(slug="w", name="First"), hour(5))
    saved(record, hour(1), name="Second")
    assert one(Workflow, record.pk, hour(2)).name == "Second"
    assert one(Workflow, record.pk, hour(6)).name == "Second"
    saved(record, hour(8), name="Third")
    assert one(Workflow, record.pk, hour(6)).name == "Second"


def test_joins_searches_and_counts_read_the_past_too() -> None:
    incident = making.declared()
    workflow = incident.workflows.get()
    before = datetime.now(UTC)
    workflow.name = "Renamed"
    workflow.save()
    incident.title = "Quite another title"
    incident.save()
    with as_known(before, [Incident, Workflow]):
        assert Incident.objects.filter(workflows__name="Claims triage").count() == 1
        assert [found.title for found in Incident.objects.search_for("refunds")] == ["Refunds paid twice"]
        assert not Incident.objects.search_for("another")
        with present():
            assert Workflow.objects.get().name == "Renamed"


def test_nothing_is_written_while_the_past_is_read() -> None:
    incident = making.declared()
    with as_known(datetime.now(UTC), [Incident]), pytest.raises(PastIsReadOnly):
        incident.save()


def test_that_the_past_was_read_may_be_noted() -> None:
    at = datetime.now(UTC)
    with as_known(at, [Incident], logs={AuditEntry: "at"}):
        note("DOWNLOADED", at=at + timedelta(days=1), detail={})
        assert not AuditEntry.objects.filter(event="DOWNLOADED").exists()
    assert AuditEntry.objects.filter(event="DOWNLOADED").exists()


def test_what_may_not_be_seen_now_is_not_in_the_past_either() -> None:
    incident = making.declared()
    other = making.declared(title="Letters lost")
    with as_known(datetime.now(UTC), [Incident, Evidence], only={Incident: Incident.objects.filter(pk=other.pk)}):
        assert [found.pk for found in Incident.objects.all()] == [other.pk]
        assert not Incident.objects.filter(pk=incident.pk).exists()
