"""Damage that somebody comes upon, rather than the clock, is told of and entered like any other."""

import os
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import CustodyEvent, Evidence, TimelineEntry
from incidents.services import evidence
from incidents.services.damage import Alarm
from incidents.tasks import look_again
from registry.kernel.http.errors import Conflict
from registry.kernel.storage import checking
from registry.kernel.storage.base import ContentAltered
from registry.models import Notice, StoredFile
from tests import people, stored
from tests.custody.test_pages import added
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def told(piece: Evidence) -> list[str]:
    rows = TimelineEntry.objects.filter(incident=piece.incident, data__evidence=piece.pk, data__custody__isnull=False)
    return [row.data["custody"] for row in rows.order_by("id")]


def chain(piece: Evidence) -> list[str]:
    return list(CustodyEvent.objects.filter(evidence=piece).values_list("kind", flat=True))


def damaged(content: bytes | None) -> Evidence:
    piece = added()
    assert piece.file is not None
    stored.damage(piece.file, content)
    return piece


@pytest.mark.parametrize(("content", "custody"), [(b"other", "ALTERED"), (None, "MISSING")])
def test_a_download_that_meets_damage_raises_the_alarm_once(content: bytes | None, custody: str) -> None:
    reader = people.risk()
    piece, second = damaged(content), added_again()
    for _time in range(2):
        with pytest.raises(Conflict):
            evidence.open_for_reading(piece, by=reader, at=after(30))
    for each in (piece, second):
        assert Evidence.objects.get(pk=each.pk).custody == custody
        assert told(each) == [custody]
        assert chain(each) == ["RECEIVED", f"FOUND_{custody}"]
    assert CustodyEvent.objects.filter(evidence=piece, by=reader, kind=f"FOUND_{custody}").count() == 1
    assert StoredFile.objects.get().condition == custody
    assert Notice.objects.filter(kind="CUSTODY", recipient=reader).count() == 1


def added_again() -> Evidence:
    """The same content in another incident, from before it was damaged."""
    incident = making.declared()
    fields = making.about()
    at = fields.pop("at")
    file = StoredFile.objects.get()
    piece = Evidence.objects.create(
        incident=incident, collected_by=incident.declared_by, received_at=at, file=file, **fields
    )
    CustodyEvent.objects.create(evidence=piece, kind="RECEIVED", by=incident.declared_by, at=at)
    return piece


def test_damage_late_in_a_long_file_is_entered_when_the_stream_meets_it() -> None:
    people.risk()
    incident = making.declared()
    content = bytearray(os.urandom(1024) * 2000)
    piece = evidence.add_file(incident, by=incident.declared_by, upload=making.upload(bytes(content)), **making.about())
    content[-10] ^= 1
    assert piece.file is not None
    stored.damage(piece.file, bytes(content))
    stream = evidence.open_for_reading(piece, by=people.risk(), at=after(30))
    with stream, pytest.raises(ContentAltered):
        stream.read()
    assert told(piece) == ["ALTERED"]
    assert chain(piece) == ["RECEIVED", "READ", "FOUND_ALTERED"]
    assert Notice.objects.filter(kind="CUSTODY").count() == 1


def test_a_file_brought_again_whose_copy_is_damaged_is_looked_at_by_the_worker(monkeypatch: Any) -> None:
    people.risk()
    sent: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr("registry.kernel.nudge._send", lambda task, arguments: sent.append((task, arguments)))
    piece = damaged(b"other")
    incident = making.declared()
    with pytest.raises(ValidationError, match="damaged copy"):
        evidence.add_file(incident, by=incident.declared_by, upload=making.upload(), **making.about())
    ((task, (pk,)),) = [each for each in sent if each[0] == "incidents.tasks.look_again"]
    assert task == "incidents.tasks.look_again"
    look_again.run(pk)
    assert told(piece) == ["ALTERED"]
    assert Notice.objects.filter(kind="CUSTODY").count() == 1


def test_a_finding_that_only_the_piece_knows_of_reaches_the_timeline() -> None:
    piece = damaged(b"other")
    piece.custody = Evidence.Custody.ALTERED
    piece.save()
    checking.sweep(Alarm(), clock=lambda: after(40))
    assert told(piece) == ["ALTERED"]


def test_what_was_restored_and_verified_by_hand_and_damaged_again_is_told_each_time() -> None:
    piece = damaged(b"other")
    assert piece.file is not None
    evidence.verify(piece, by=people.risk(), at=after(30))
    stored.damage(piece.file, b"plain words\n")
    evidence.verify(piece, by=people.risk(), at=after(31))
    stored.damage(piece.file, b"other")
    evidence.verify(piece, by=people.risk(), at=after(32))
    assert told(piece) == ["ALTERED", "VERIFIED", "ALTERED"]
