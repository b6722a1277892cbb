"""What is stored is read again by the clock; a finding reaches everybody concerned once, and so does its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import prometheus_client
import pytest
from django.utils import timezone

from incidents.models import CustodyEvent, Evidence, TimelineEntry
from incidents.services import evidence, restricting
from incidents.services.damage import Alarm
from registry.kernel.files import keep_bytes
from registry.kernel.storage import checking
from registry.models import AuditEntry, IntegrityCheck, Notice, StoredFile, User
from tests import people, stored
from tests.custody.conftest import KEYS
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1, minutes=1)


@pytest.fixture
def staff() -> list[User]:
    return [people.risk(), people.auditor(), people.administrator()]


def added(content: bytes = b"plain words\n", **fields: Any) -> Evidence:
    incident = making.declared()
    upload = making.upload(content, "log.txt")
    return evidence.add_file(incident, by=incident.declared_by, upload=upload, **making.about(**fields))


def swept(days: float = 0, budget: int | None = None) -> checking.Sweep:
    clock: Callable[[], datetime] = lambda: timezone.now() + days * DAY  # noqa: E731
    return checking.sweep(Alarm(), clock=clock, budget=budget)


def content_of(item: Evidence) -> StoredFile:
    assert item.file is not None
    return StoredFile.objects.get(pk=item.file.pk)


def chain(item: Evidence) -> list[str]:
    return list(CustodyEvent.objects.filter(evidence=item).values_list("kind", flat=True))


def custody_notices() -> list[Notice]:
    return list(Notice.objects.filter(kind="CUSTODY"))


def test_a_sound_file_is_marked_and_nobody_is_told(staff: list[User]) -> None:
    item = added()
    assert swept().findings == []
    assert content_of(item).condition == "SOUND"
    assert chain(item) == ["RECEIVED"]
    assert custody_notices() == []
    row = IntegrityCheck.objects.get(subject="FILES")
    assert (row.examined, row.findings_count, row.finished_at is not None) == (1, 0, True)


@pytest.mark.parametrize(
    ("content", "custody", "event", "noted"),
    [(b"other\n", "ALTERED", "FOUND_ALTERED", "FILE_ALTERED"), (None, "MISSING", "FOUND_MISSING", "FILE_MISSING")],
)
@pytest.mark.usefixtures("kept_as")
def test_a_finding_is_entered_everywhere_once(
    staff: list[User], content: bytes | None, custody: str, event: str, noted: str
) -> None:
    item, second = added(), added()
    stored.damage(content_of(item), content)
    assert len(swept().findings) == 1
    assert len(swept(days=1).findings) == 1
    for piece in (item, second):
        assert Evidence.objects.get(pk=piece.pk).custody == custody
        assert chain(piece) == ["RECEIVED", event]
        assert TimelineEntry.objects.filter(incident=piece.incident, data__custody=custody).count() == 1
    assert AuditEntry.objects.filter(event=noted, object_id=str(content_of(item).pk)).count() == 1
    assert sorted(notice.recipient_id for notice in custody_notices()) == sorted(person.pk for person in staff)
    assert item.reference in custody_notices()[0].body
    assert IntegrityCheck.objects.filter(subject="FILES", findings_count=1).count() == 2


def test_a_file_that_was_restored_is_entered_too(staff: list[User]) -> None:
    item = added()
    stored.damage(content_of(item), b"other\n")
    swept()
    stored.damage(content_of(item), b"plain words\n")
    swept(days=1)
    assert chain(item) == ["RECEIVED", "FOUND_ALTERED", "VERIFIED"]
    assert Evidence.objects.get(pk=item.pk).custody == "VERIFIED"
    assert AuditEntry.objects.filter(event="FILE_SOUND_AGAIN").count() == 1
    assert len(custody_notices()) == 2 * len(staff)


def test_bringing_a_missing_file_again_restores_it() -> None:
    item = added()
    stored.damage(content_of(item), None)
    swept()
    added()
    swept()
    assert chain(item) == ["RECEIVED", "FOUND_MISSING", "VERIFIED"]


def test_somebody_who_checks_by_hand_raises_the_same_alarm(staff: list[User]) -> None:
    item, second = added(), added()
    stored.damage(content_of(item), None)
    evidence.verify(item, by=people.risk(), at=after(30))
    assert (chain(item)[-1], chain(second)[-1]) == ("FOUND_MISSING", "FOUND_MISSING")
    swept()
    assert len(custody_notices()) == len(staff)


def test_of_a_restricted_incident_an_administrator_learns_no_name(staff: list[User]) -> None:
    item = added()
    restricting.restrict(item.incident, by=item.incident.declared_by, at=after(21), reason="Salaries")
    stored.damage(content_of(item), None)
    swept()
    told = {notice.recipient_id: notice for notice in custody_notices()}
    assert item.reference in told[people.auditor().pk].subject
    hidden = told[people.administrator().pk]
    assert item.reference not in hidden.subject + hidden.body
    assert hidden.url == ""


def test_a_damaged_report_is_told_of_although_it_is_no_evidence(staff: list[User]) -> None:
    report = keep_bytes(b"%PDF", media_type="application/pdf", at=timezone.now())
    stored.damage(report, b"?")
    swept()
    assert len(custody_notices()) == len(staff)


def test_the_longest_unread_comes_first_and_the_budget_ends_the_run() -> None:
    pieces = [added(bytes([65 + n]) * 100) for n in range(4)]
    assert swept(budget=150).examined == 2
    assert swept(budget=1000).examined == 2
    assert swept(budget=1000).examined == 0
    assert [content_of(piece).condition for piece in pieces] == ["SOUND"] * 4


def test_nothing_is_read_twice_within_a_day_and_an_idle_run_leaves_no_row() -> None:
    added()
    swept()
    swept()
    assert IntegrityCheck.objects.count() == 1
    assert swept(days=1).examined == 1


def test_a_file_without_its_key_is_no_damage_but_a_sentence(settings: Any, staff: list[User]) -> None:
    settings.FILES_KEYS = KEYS
    item = added()
    settings.FILES_KEYS = []
    assert "The key k2" in swept().findings[0]
    assert content_of(item).condition == "UNCHECKED"
    assert custody_notices() == []


def test_the_figure_for_monitoring_counts_what_is_damaged() -> None:
    item = added()
    stored.damage(content_of(item), None)
    swept()
    assert 'holdfast_files_damaged{condition="MISSING"} 1.0' in prometheus_client.generate_latest().decode()
