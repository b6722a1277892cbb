"""Evidence: kept exactly as it came, under its hash, with a chain of custody nobody can change."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from incidents.models import CustodyEvent, Evidence, TimelineEntry
from incidents.services import evidence
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import StoredFile, User
from tests import people, stored
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def added(by: User | None = None, content: bytes = b"plain words\n", name: str = "log.txt", **fields: Any) -> Evidence:
    incident = making.declared()
    upload = making.upload(content, name)
    return evidence.add_file(incident, by=by or incident.declared_by, upload=upload, **making.about(**fields))


def custody_of(item: Evidence) -> list[str]:
    return list(CustodyEvent.objects.filter(evidence=item).values_list("kind", flat=True))


def damage(item: Evidence, content: bytes | None) -> None:
    assert item.file is not None
    stored.damage(item.file, content)


def test_the_bytes_are_kept_exactly_under_their_hash() -> None:
    content = bytes(range(256)) * 40
    item = added(content=content, name="dump.bin")
    assert item.file is not None
    assert item.file.read_bytes() == content
    assert stored.path_of(item.file).name == item.file.sha256
    assert item.file.size == len(content)


def test_receiving_begins_the_chain_and_stands_in_the_timeline() -> None:
    item = added()
    assert item.file is not None
    first = CustodyEvent.objects.get(evidence=item)
    assert (first.kind, first.sha256, first.by) == ("RECEIVED", item.file.sha256, item.collected_by)
    entry = TimelineEntry.objects.get(incident=item.incident, kind="EVIDENCE")
    assert entry.data == {"evidence": item.pk, "filename": "log.txt", "size": 12, "sha256": item.file.sha256}


def test_restricted_evidence_is_not_named_in_the_timeline() -> None:
    item = added(is_restricted=True, title="Salaries", name="salaries.txt")
    entry = TimelineEntry.objects.get(incident=item.incident, kind="EVIDENCE")
    assert "alaries" not in entry.text + str(entry.data)


def test_evidence_is_on_hold_from_the_start() -> None:
    assert added().is_on_hold


def test_the_same_file_twice_in_one_incident_is_refused_with_its_reference() -> None:
    item = added()
    with pytest.raises(Conflict, match=item.reference):
        evidence.add_file(
            item.incident, by=item.collected_by, upload=making.upload(name="copy.txt"), **making.about(title="Copy")
        )
    assert Evidence.objects.count() == 1


def test_the_same_file_in_two_incidents_is_stored_once() -> None:
    one, two = added(), added()
    assert one.file == two.file
    assert StoredFile.objects.count() == 1


def test_what_may_not_be_kept_is_refused_under_file_and_nothing_stays() -> None:
    with pytest.raises(ValidationError) as caught:
        added(content=b"\x7fELF" + bytes(60), name="tool.png")
    assert "its content is a program" in caught.value.message_dict["file"][0]
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_member_adds_nothing_and_nothing_is_stored() -> None:
    with pytest.raises(Refused):
        added(by=people.member())
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"collected_at": after(21)}, "collected_at"),
        ({"collected_at": after(1).replace(tzinfo=None)}, "collected_at"),
        ({"title": ""}, "title"),
        ({"method": ""}, "method"),
        ({"source": "x" * 201}, "source"),
        ({"kind": "RUMOUR"}, "kind"),
        ({"retention": "FOREVER"}, "retention"),
    ],
)
def test_what_cannot_be_is_refused_by_field(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        added(**fields)
    assert list(caught.value.message_dict) == [name]
    assert not Evidence.objects.exists()


def test_a_note_or_a_link_is_evidence_too() -> None:
    incident = making.declared()
    for fields in ({"note": "She said it twice."}, {"link": "https://example.test/trace/1"}):
        assert evidence.add_note(incident, by=incident.declared_by, **making.about(**fields)).file is None


@pytest.mark.parametrize(
    "fields", [{}, {"note": "  "}, {"link": "javascript:alert(1)"}, {"link": "file:///etc/passwd"}]
)
def test_nothing_and_strange_addresses_are_no_evidence(fields: dict[str, str]) -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        evidence.add_note(incident, by=incident.declared_by, **making.about(**fields))


def test_verifying_computes_the_hash_again() -> None:
    item = added()
    assert evidence.verify(item, by=people.risk(), at=after(30)) == "VERIFIED"
    item = Evidence.objects.get(pk=item.pk)
    assert (item.custody, item.checked_at) == ("VERIFIED", after(30))
    assert custody_of(item) == ["RECEIVED", "VERIFIED"]


@pytest.mark.parametrize(
    ("content", "found", "event"), [(b"other\n", "ALTERED", "FOUND_ALTERED"), (None, "MISSING", "FOUND_MISSING")]
)
def test_what_was_altered_or_is_missing_is_found_and_entered(content: bytes | None, found: str, event: str) -> None:
    item = added()
    damage(item, content)
    assert evidence.verify(item, by=people.risk(), at=after(30)) == found
    assert custody_of(item)[-1] == event
    assert TimelineEntry.objects.filter(incident=item.incident, data__custody=found).exists()


def test_the_same_file_is_not_taken_over_a_damaged_copy() -> None:
    item = added()
    damage(item, b"other\n")
    with pytest.raises(ValidationError, match="damaged copy"):
        added()


def test_reading_is_a_link_in_the_chain() -> None:
    item = added()
    with evidence.open_for_reading(item, by=people.member(), at=after(30)) as stream:
        assert stream.read() == b"plain words\n"
    assert CustodyEvent.objects.filter(evidence=item, kind="READ", by=people.member()).exists()


def test_reading_what_is_missing_says_so_and_records_it() -> None:
    item = added()
    damage(item, None)
    with pytest.raises(Conflict, match="missing"):
        evidence.open_for_reading(item, by=people.risk(), at=after(30))
    assert Evidence.objects.get(pk=item.pk).custody == "MISSING"
    assert custody_of(item) == ["RECEIVED", "FOUND_MISSING"]


def test_restricted_evidence_is_read_by_those_at_work_and_auditors_only() -> None:
    item = added(is_restricted=True)
    for person in (item.collected_by, people.risk(), people.auditor()):
        evidence.open_for_reading(item, by=person, at=after(30)).close()
    for person in (people.member(), people.executive()):
        with pytest.raises(Refused, match="restricted"):
            evidence.open_for_reading(item, by=person, at=after(30))


def test_a_note_has_no_file_to_read_or_verify() -> None:
    incident = making.declared()
    item = making.validation(incident, by=incident.declared_by)
    with pytest.raises(Conflict, match="no file"):
        evidence.verify(item, by=people.risk(), at=after(30))


def test_a_hold_is_lifted_and_set_again_by_risk_staff_with_reasons_in_the_chain() -> None:
    item = added()
    assert not evidence.release(item, by=people.risk(), at=after(30), reason="Settled.").is_on_hold
    assert evidence.hold(item, by=people.risk(), at=after(31), reason="Appeal.").is_on_hold
    assert list(CustodyEvent.objects.filter(evidence=item).values_list("note", flat=True))[1:] == [
        "Settled.",
        "Appeal.",
    ]


def test_a_hold_is_not_set_twice() -> None:
    with pytest.raises(Conflict, match="already"):
        evidence.hold(added(), by=people.risk(), at=after(30), reason="Appeal.")


def test_a_responder_does_not_lift_a_hold() -> None:
    item = added()
    with pytest.raises(Refused, match="legal hold"):
        evidence.release(item, by=item.collected_by, at=after(30), reason="Settled.")


def test_an_auditor_reads_but_does_not_verify_as_that_writes() -> None:
    item = added()
    with pytest.raises(Refused, match="Auditors"):
        evidence.verify(item, by=people.auditor(), at=after(30))


def test_the_database_refuses_to_change_the_chain() -> None:
    item = added()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CustodyEvent.objects.filter(evidence=item).update(note="nothing happened")
