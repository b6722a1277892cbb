"""The timeline: added to, corrected by further entries, never changed."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from incidents.models import Moment, SeverityAssessment, TimelineEntry
from incidents.services import moving, severity, timeline
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def posted(text: str = "Vendor called.", **fields: Any) -> TimelineEntry:
    incident = making.declared()
    return timeline.post(incident, by=incident.declared_by, at=after(5), text=text, **fields)


def test_when_it_happened_and_when_it_was_typed_are_kept_apart() -> None:
    entry = posted(occurred_at=NOW)
    assert (entry.occurred_at, entry.entered_at) == (NOW, after(5))


def test_scripts_are_kept_as_the_text_they_are() -> None:
    assert posted("<script>alert(1)</script>").text == "<script>alert(1)</script>"


@pytest.mark.parametrize("moment", [after(6), after(1).replace(tzinfo=None)])
def test_the_future_and_times_without_a_zone_are_refused(moment: datetime) -> None:
    with pytest.raises(ValidationError) as caught:
        posted(occurred_at=moment)
    assert "occurred_at" in caught.value.message_dict


@pytest.mark.parametrize("text", ["", "  \n", "a\x00b", "x" * 20_001])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        posted(text)
    assert "text" in caught.value.message_dict


def test_people_do_not_write_entries_of_the_system() -> None:
    with pytest.raises(ValidationError, match="by the system"):
        posted(kind="STATE")


def test_a_decision_says_who_was_asked_and_when_to_look_again() -> None:
    entry = posted(
        kind="DECISION", data={"consulted": "Legal", "rejected": "Shut down", "revisit_at": date(2026, 3, 9)}
    )
    assert entry.data == {"consulted": "Legal", "rejected": "Shut down", "revisit_at": "2026-03-09T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [("DECISION", {"mood": "bad"}), ("DECISION", {"revisit_at": "soon"}), ("UPDATE", {"consulted": "Legal"})],
)
def test_fields_that_do_not_belong_are_refused(kind: str, data: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        posted(kind=kind, data=data)


def test_an_internal_update_starts_the_clock_for_the_next_one() -> None:
    incident = making.declared(inputs={"harm": "SERIOUS"})
    timeline.post(incident, by=incident.declared_by, at=after(20), text="Queue stopped.", is_internal_update=True)
    assert making.again(incident).next_update_due_at == after(50)


def test_an_ordinary_entry_starts_no_clock_and_counts_as_a_change_in_the_room() -> None:
    incident = making.declared()
    timeline.post(incident, by=incident.declared_by, at=after(20), text="Vendor called.")
    now = making.again(incident)
    assert now.next_update_due_at == incident.next_update_due_at
    assert now.version == incident.version + 1


def test_a_correction_stands_in_place_of_the_old_entry_and_both_stay() -> None:
    entry = posted(occurred_at=NOW)
    new = timeline.correct(entry, by=entry.incident.declared_by, at=after(9), text="Vendor wrote.")
    assert (new.supersedes, new.text, new.occurred_at, new.kind) == (entry, "Vendor wrote.", NOW, "UPDATE")
    assert TimelineEntry.objects.get(pk=entry.pk).text == "Vendor called."


def test_an_entry_is_corrected_once_and_then_its_newest_version() -> None:
    entry = posted()
    new = timeline.correct(entry, by=people.risk(), at=after(9), text="Vendor wrote.")
    with pytest.raises(Conflict, match="newest version"):
        timeline.correct(entry, by=people.risk(), at=after(9), text="Nobody called.")
    assert timeline.correct(new, by=people.risk(), at=after(10), text="Nobody called.").supersedes == new


def test_an_automatic_entry_is_not_corrected() -> None:
    entry = TimelineEntry.objects.filter(incident=making.declared()).first()
    assert entry is not None
    with pytest.raises(Conflict, match="written by the system"):
        timeline.correct(entry, by=people.risk(), at=after(9), text="No.")


def test_a_pin_moves_along_with_a_correction() -> None:
    entry = timeline.pin(posted(), by=people.risk(), at=after(6))
    new = timeline.correct(entry, by=people.risk(), at=after(9), text="Vendor wrote.")
    assert new.pinned_at == after(9)
    assert TimelineEntry.objects.get(pk=entry.pk).pinned_at is None


def test_pinning_twice_changes_nothing() -> None:
    entry = timeline.pin(posted(), by=people.risk(), at=after(6))
    assert timeline.pin(entry, by=people.responder(), at=after(8)).pinned_at == after(6)
    assert timeline.unpin(entry, by=people.risk(), at=after(9)).pinned_by is None


def test_members_and_auditors_write_nothing() -> None:
    incident = making.declared()
    for person in (people.member(), people.auditor(), people.executive(), people.administrator()):
        with pytest.raises(Refused):
            timeline.post(incident, by=person, at=after(5), text="Hello.")


def test_the_owner_of_an_affected_workflow_and_risk_staff_write() -> None:
    incident = making.declared()
    for person in (people.owner(), people.risk(), people.responder("Rob Responder")):
        timeline.post(incident, by=person, at=after(5), text="Hello.")


def test_the_owner_of_another_workflow_does_not_write() -> None:
    incident = making.declared()
    with pytest.raises(Refused, match="owners of an affected workflow"):
        timeline.post(incident, by=people.owner("Olga Owner"), at=after(5), text="Hello.")


def test_a_closed_incident_still_takes_entries() -> None:
    incident = making.declared()
    moving.move(incident, "decline", by=incident.declared_by, at=after(1), reason="No.")
    assert timeline.post(incident, by=incident.declared_by, at=after(5), text="The vendor agreed.").pk


@pytest.mark.parametrize(
    "change", [{"text": "Nothing."}, {"occurred_at": NOW}, {"is_automatic": True}, {"author": None}]
)
def test_the_database_refuses_to_change_an_entry(change: dict[str, Any]) -> None:
    entry = posted()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TimelineEntry.objects.filter(pk=entry.pk).update(**change)


def test_the_database_refuses_to_remove_an_entry() -> None:
    entry = posted()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TimelineEntry.objects.filter(pk=entry.pk)._raw_delete(using="default")


def test_the_database_refuses_to_change_judgements_and_moments() -> None:
    incident = making.declared()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={}, confirmed="SEV-3")
    for rows, change in (
        (SeverityAssessment.objects.all(), {"reason": "Other."}),
        (Moment.objects.all(), {"source": "Other."}),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**change)
