"""Audit packs: the sample can be drawn again, the archive holds what its manifest says, and stopping loses nothing."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.documents import packs
from registry.kernel.documents.printing import print_apart
from registry.kernel.ledger import sequencing
from registry.kernel.ledger.models import Leaf
from registry.models import Document
from reviews.reports import sampling, volumes
from reviews.reports.sampling import Method, Sampling
from reviews.services import report_kinds
from tests import people as cast
from tests.api import world as worlds
from tests.reports.making import made, pack_asked, packed, record_of, unpacked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    worlds.build()


def sampled(document: Document) -> list[int]:
    return [entry["index"] for entry in record_of(document)["archive"]["entries"]]


def test_a_drawn_sample_follows_from_its_seed_alone() -> None:
    document = packed(Sampling(Method.DRAWN, 5, "lot"))
    size = record_of(document)["archive"]["checkpoint"]["size"]
    by_hand = sorted(range(size), key=lambda index: sha256(f"lot:{index}".encode()).digest())[:5]
    assert sampled(document) == sorted(by_hand)


def test_every_nth_begins_where_the_seed_says() -> None:
    chosen = Sampling(Method.EVERY, 4, "lot")
    document = packed(chosen)
    size = record_of(document)["archive"]["checkpoint"]["size"]
    assert sampled(document) == list(range(chosen.first - 1, size, 4))


def test_without_a_seed_the_root_of_the_ledger_is_it() -> None:
    about = record_of(packed(Sampling(Method.DRAWN, 3)))["about"]
    assert about["seed"] == about["ledger"]["root"][:20]


def test_what_is_not_sealed_is_not_in_the_population() -> None:
    sequencing.advance()
    sealed = Leaf.objects.count()
    worlds.workflow_of(cast.owner(), "Not sealed yet")
    document = pack_asked(Sampling(Method.ALL))
    assert record_of(document)["about"]["population"] == sealed


def test_too_large_a_sample_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MOST", 3)
    monkeypatch.setattr(report_kinds, "MOST", 3)
    with pytest.raises(ValidationError, match="more than 3"):
        packed(Sampling(Method.ALL))


def test_only_auditors_and_risk_staff_take_the_record_away() -> None:
    with pytest.raises(Refused):
        pack_asked(Sampling(Method.ALL), by=cast.executive())


def test_the_archive_holds_entries_proofs_and_a_manifest_of_all() -> None:
    document = made(packed(Sampling(Method.DRAWN, 4, "lot")))
    assert (document.status, document.media_type) == ("READY", packs.ZIP)
    inside = unpacked(document)
    manifest = json.loads(inside["manifest.json"])
    named = {file["name"]: (file["sha256"], file["size"]) for file in manifest["files"]}
    assert named == {
        name: (sha256(content).hexdigest(), len(content)) for name, content in inside.items() if name != "manifest.json"
    }
    for entry in record_of(document)["archive"]["entries"]:
        sealed = inside[f"entries/{entry['index']}.json"]
        assert sha256(b"\x00" + sealed).hexdigest() == entry["leaf_hash"]
        assert inside[f"proofs/{entry['index']}.tlog-proof"].startswith(b"c2sp.org/tlog-proof@v1\nindex ")
    assert inside["volumes/volume-001.pdf"].startswith(b"%PDF")
    assert inside["checkpoint"].decode() == record_of(document)["archive"]["checkpoint"]["note"]


def making(document: Document, **options: Any) -> list[str]:
    """The hashes of the volumes before they were signed, which is what must come out the same."""
    press = packs.Press(
        document.number, document.record_sha256, document.frozen_at or timezone.now(),
        proofs_of=lambda frozen: b'{"checkpoint": "log\\n1\\nroot"}', sign=lambda unsigned: unsigned + b"% signed",
    )  # fmt: skip
    _stored, signed = packs.make(record_of(document), press, at=timezone.now(), **options)
    return [volume.unsigned_sha256 for volume in signed]


def test_stopped_half_way_it_prints_only_the_rest_and_comes_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "PAGES", 0.2)
    document = packed(Sampling(Method.DRAWN, 12, "lot"))
    whole = making(document)
    printed: list[str] = []

    def counted(template: str, frozen: bytes, **options: Any) -> bytes:
        if len(printed) == 1:
            printed.append("stopped")
            raise KeyboardInterrupt
        printed.append(options["sha256"])
        return print_apart(template, frozen, **options)

    monkeypatch.setattr(packs, "print_apart", counted)
    with pytest.raises(KeyboardInterrupt):
        making(document)
    told: list[int] = []
    assert making(document, tell=told.append) == whole
    assert len(set(printed)) == len(printed)
    assert told == sorted(told)


def test_nothing_is_left_in_the_working_folder(settings: Any) -> None:
    making(packed(Sampling(Method.DRAWN, 2, "lot")))
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("making-*"))


def test_lines_are_divided_by_the_room_they_take() -> None:
    line = {
        "kind": "~",
        "action": "Changed",
        "changes": [],
        "details": [],
        "reason": "",
        "by": "X",
        "role": "",
        "object": "y",
    }
    tall = {**line, "reason": "word " * 2000}
    portions = list(volumes.in_volumes([line, tall, tall, line], pages=3))
    assert [len(portion) for portion in portions] == [2, 2]
    assert [part for portion in portions for part in portion] == [line, tall, tall, line]
