"""Packs as the site issues them: what is genuine passes, and every way of bending one is found and named."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.db import connection
from django.utils import timezone

from registry.kernel.documents import signing
from registry.kernel.documents.binding import proof_of_issue, proofs_of_volume
from registry.kernel.documents.credentials import ready
from registry.kernel.documents.printing import print_apart
from registry.kernel.ledger import exporting, keys, proving, sequencing
from registry.models import AuditEntry, Document, StoredFile, Volume
from reviews.reports import verification, volumes
from reviews.reports.sampling import Method, Sampling
from reviews.reports.verification import Matched, Result
from tests.api import world as worlds
from tests.documents.signing_world import keys_in, use
from tests.reports.making import made, packed, record_of
from tests.verifier import making as logs
from tests.verifier.papers import canonical, digest
from tests.verifier.running import Outcome, run

pytestmark = pytest.mark.django_db
Files = dict[str, bytes]
FIRST, SECOND = "volumes/volume-001.pdf", "volumes/volume-002.pdf"


@dataclass(frozen=True)
class Issued:
    """A pack of several volumes, and what a reader was given apart from it."""

    content: bytes
    vkey: str
    certificates: bytes
    export: bytes
    issued: bytes
    """The proof of issue."""
    forged: Files
    """The same volumes, signed by a stranger."""

    @property
    def files(self) -> Files:
        with ZipFile(BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


KEPT: dict[str, Issued] = {}


def make_pack() -> Document:
    worlds.build()
    document = made(packed(Sampling(Method.DRAWN, 12, "lot")))
    assert document.status == Document.Status.READY, document.job.failure
    return document


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Issued:
    """Made by the first test that asks; what follows needs bytes only."""
    if "pack" not in KEPT:
        monkeypatch.setattr(volumes, "PAGES", 0.3)
        document = make_pack()
        sequencing.advance()
        last = proving.latest()
        assert last is not None
        assert document.pdf is not None
        KEPT["pack"] = Issued(
            document.pdf.read_bytes(),
            keys.known_vkeys()[0],
            Path(settings.DOCUMENT_CERT_FILE).read_bytes(),
            b"".join(exporting.pieces(last, connection)),
            proof_of_issue(document),
            signed_by_a_stranger(document, settings, tmp_path),
        )
    return KEPT["pack"]


def signed_by_a_stranger(document: Document, settings: Any, tmp_path: Path) -> Files:
    use(settings, keys_in(tmp_path))
    found = {}
    document = Document.objects.select_related("record", "proofs").get(pk=document.pk)
    for volume in record_of(document)["archive"]["volumes"][:1]:
        frozen = StoredFile.objects.get(sha256=volume["sha256"]).read_bytes()
        unsigned = print_apart(
            volume["template"], frozen, number=document.number, sha256=volume["sha256"],
            made_at=document.requested_at, proofs=proofs_of_volume(document, json.loads(frozen)), code=document.code,
        )  # fmt: skip
        with ready(at=timezone.now()) as (chain, signer):
            found[volume["name"]] = signing.sign(unsigned, chain, signer, number=document.number)
    return found


def check(pack: Issued, tmp_path: Path, content: bytes | Files, *more: object, command: str = "pack") -> Outcome:
    path = tmp_path / ("given.zip" if command == "pack" else "given.pdf")
    path.write_bytes(content if isinstance(content, bytes) else zipped(content))
    (tmp_path / "given.pem").write_bytes(pack.certificates)
    return run(command, path, "--key", pack.vkey, "--cert", tmp_path / "given.pem", *more)


def exported(pack: Issued, tmp_path: Path) -> Path:
    (tmp_path / "export.zip").write_bytes(pack.export)
    return tmp_path / "export.zip"


def zipped(files: Files) -> bytes:
    sink = BytesIO()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


def listed_again(files: Files) -> Files:
    """With a manifest that was made to fit what was bent."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [
        {"name": name, "sha256": digest(content), "size": len(content)}
        for name, content in files.items()
        if name != "manifest.json"
    ]
    return {**files, "manifest.json": canonical(manifest)}


def some_entry(files: Files) -> str:
    return next(name for name in files if name.startswith("entries/"))


def test_a_pack_as_issued_passes(pack: Issued, tmp_path: Path) -> None:
    found = check(pack, tmp_path, pack.content)
    assert (found.status, found.complaints) == (0, "")
    assert "volumes are signed by a certificate that leads to the one you gave" in found.text
    assert "12 entries lead to the root" in found.text
    assert "to exactly this record.json." in found.text
    assert "Not checked: whether the log says that this very ZIP was issued" in found.text


def test_with_the_whole_log_it_says_that_this_very_zip_was_issued(pack: Issued, tmp_path: Path) -> None:
    found = check(pack, tmp_path, pack.content, "--ledger", exported(pack, tmp_path))
    assert (found.status, found.complaints) == (0, "")
    assert "was issued as exactly this file" in found.text
    again = check(pack, tmp_path, pack.files, "--ledger", exported(pack, tmp_path))
    assert "was issued as another file than this one" in again.complaints


def proven(pack: Issued, tmp_path: Path, content: bytes | Files, issued: bytes, command: str = "pack") -> Outcome:
    (tmp_path / "issued.json").write_bytes(issued)
    return check(pack, tmp_path, content, "--issued", tmp_path / "issued.json", command=command)


def test_the_proof_of_issue_names_this_very_zip_and_each_of_its_volumes(pack: Issued, tmp_path: Path) -> None:
    found = proven(pack, tmp_path, pack.content, pack.issued)
    assert (found.status, found.complaints) == (0, "")
    assert f"was issued as exactly this file, SHA-256 {digest(pack.content)}" in found.text
    assert "also issued as another file: that needs --ledger" in found.text
    assert proven(pack, tmp_path, pack.files[SECOND], pack.issued, command="pdf").status == 0
    again = proven(pack, tmp_path, pack.files, pack.issued)
    assert (again.status, "was issued as another file than this one" in again.complaints) == (1, True)


def bent_proof(proof: bytes, bend: Callable[[Any], object]) -> bytes:
    told = json.loads(proof)
    bend(told)
    return canonical(told)


BENT_PROOFS: list[tuple[str, Callable[[Any], object], str]] = [
    ("the entry changed", lambda told: told["entries"][-1].update(payload="e30="), "was changed"),
    ("another entry named", lambda told: told.update(issued=told["frozen"]), "its entry says something else"),
    ("a step changed", lambda told: told["entries"][-1]["path"].reverse(), "does not lead to the signed root"),
    ("the checkpoint changed", lambda told: told.update(checkpoint=f"other-{told['checkpoint']}"), "after signing"),
    ("without the step between", lambda told: told.update(consistency=[]), "another history"),
    ("a step between changed", lambda told: told["consistency"][-1].update(root="00" * 32), "does not lead from"),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "named"), [one[1:] for one in BENT_PROOFS], ids=[one[0] for one in BENT_PROOFS])
def test_a_bent_proof_of_issue_is_named(
    pack: Issued, tmp_path: Path, bend: Callable[[Any], object], named: str
) -> None:
    found = proven(pack, tmp_path, pack.content, bent_proof(pack.issued, bend))
    assert found.status == 1
    assert named in found.complaints


def test_a_volume_for_itself_passes_as_a_report(pack: Issued, tmp_path: Path) -> None:
    for place, name in enumerate((FIRST, SECOND), start=1):
        found = check(pack, tmp_path, pack.files[name], "--ledger", exported(pack, tmp_path), command="pdf")
        assert (found.status, found.complaints) == (0, "")
        assert f"as the record of volume {place}" in found.text
        assert "was issued as exactly this file" in found.text


def flipped(files: Files, name: str) -> Files:
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    return {**files, name: bytes(content)}


def without(files: Files, name: str) -> Files:
    return {other: content for other, content in files.items() if other != name}


def swapped(files: Files, one: str, other: str) -> Files:
    return {**files, one: files[other], other: files[one]}


def proof_of(entry: str) -> str:
    return entry.replace("entries", "proofs").replace(".json", ".tlog-proof")


def bent_about(files: Files) -> Files:
    manifest = json.loads(files["manifest.json"])
    manifest["about"]["seed"] = "another"
    return {**files, "manifest.json": canonical(manifest)}


def another_entry(files: Files) -> str:
    return [name for name in files if name.startswith("entries/")][-1]


BENDINGS: list[tuple[str, Callable[[Files], Files], str]] = [
    ("a volume flipped", lambda files: flipped(files, SECOND), SECOND),
    ("a volume dropped", lambda files: without(files, SECOND), SECOND),
    ("two volumes swapped", lambda files: swapped(files, FIRST, SECOND), FIRST),
    ("an entry flipped", lambda files: flipped(files, some_entry(files)), "entry {}|{}"),
    ("an entry dropped", lambda files: without(files, some_entry(files)), "entry {}|{}"),
    ("two entries swapped", lambda files: swapped(files, some_entry(files), another_entry(files)), "entry {}|{}"),
    ("a proof dropped", lambda files: without(files, proof_of(some_entry(files))), "proof of entry {}"),
    ("the table flipped", lambda files: flipped(files, "sample.csv"), "sample.csv"),
    ("the checkpoint flipped", lambda files: flipped(files, "checkpoint"), "checkpoint"),
    ("a file put in", lambda files: {**files, "extra.txt": b"more"}, "extra.txt"),
]  # fmt: skip


@pytest.mark.parametrize("is_listed_again", [False, True], ids=["manifest left", "manifest made to fit"])
@pytest.mark.parametrize(("bend", "named"), [bending[1:] for bending in BENDINGS], ids=[one[0] for one in BENDINGS])
def test_what_was_bent_is_found_and_named(
    pack: Issued, tmp_path: Path, bend: Callable[[Files], Files], named: str, is_listed_again: bool
) -> None:
    bent = bend(pack.files)
    found = check(pack, tmp_path, listed_again(bent) if is_listed_again else bent)
    assert found.status == 1
    entry = some_entry(pack.files)
    index = entry.removeprefix("entries/").removesuffix(".json")
    wanted = [part.format(index if "entry" in part else entry) for part in named.split("|")]
    assert any(part.lower() in found.complaints.lower() for part in wanted), found.complaints


def test_a_changed_line_of_the_manifest_is_named(pack: Issued, tmp_path: Path) -> None:
    manifest = json.loads(pack.files["manifest.json"])
    for row in manifest["files"]:
        if row["name"] == FIRST:
            row["sha256"] = "0" * 64
    found = check(pack, tmp_path, {**pack.files, "manifest.json": canonical(manifest)})
    assert found.status == 1
    assert f"{FIRST} is not the one the manifest lists" in found.complaints
    found = check(pack, tmp_path, bent_about(pack.files))
    assert "another selection (filters, method, seed)" in found.complaints


def test_a_changed_record_is_not_the_one_that_was_frozen(pack: Issued, tmp_path: Path) -> None:
    record = json.loads(pack.files["record.json"])
    del record["archive"]["volumes"][1]
    bent = without({**pack.files, "record.json": canonical(record)}, SECOND)
    manifest = json.loads(bent["manifest.json"])
    manifest["record_sha256"] = digest(bent["record.json"])
    found = check(pack, tmp_path, listed_again({**bent, "manifest.json": canonical(manifest)}))
    assert found.status == 1
    assert "the record is not the one frozen" in found.complaints


def test_a_volume_signed_again_with_another_key_is_named(pack: Issued, tmp_path: Path) -> None:
    found = check(pack, tmp_path, listed_again({**pack.files, **pack.forged}))
    assert found.status == 1
    assert f"{FIRST}: The certificate of Test signer neither is the one you gave nor was issued by it" in (
        found.complaints
    )


def test_a_checkpoint_signed_with_another_key_is_named(pack: Issued, tmp_path: Path) -> None:
    (tmp_path / "given.zip").write_bytes(pack.content)
    (tmp_path / "given.pem").write_bytes(pack.certificates)
    other = logs.LogKey(7, pack.vkey.split("+")[0]).vkey
    found = run("pack", tmp_path / "given.zip", "--key", other, "--cert", tmp_path / "given.pem")
    assert found.status == 1
    assert "bears no signature by a key you gave" in found.complaints


def test_without_a_certificate_it_cannot_tell_who_signed(pack: Issued, tmp_path: Path) -> None:
    (tmp_path / "given.zip").write_bytes(pack.content)
    found = run("pack", tmp_path / "given.zip", "--key", pack.vkey)
    assert found.status == 2
    assert "Whose certificate signed the volumes is unknown" in found.complaints


def test_what_is_no_zip_is_said_in_a_sentence(pack: Issued, tmp_path: Path) -> None:
    found = check(pack, tmp_path, b"PK nothing")
    assert found.status == 2
    assert found.complaints


def test_the_site_finds_each_volume_by_any_of_its_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "PAGES", 0.3)
    document = make_pack()
    assert document.pdf is not None
    with ZipFile(BytesIO(document.pdf.read_bytes())) as archive:
        signed = archive.read(SECOND)
    volume = Volume.objects.get(document=document, number=2)
    assert volume.sha256 == digest(signed)
    for sha256, matched in (
        (volume.sha256, Matched.VOLUME),
        (volume.unsigned_sha256, Matched.VOLUME_UNSIGNED),
        (volume.record_sha256, Matched.VOLUME_RECORD),
    ):
        for code in ("", document.code):
            found = verification.verify(code=code, sha256=sha256)
            assert (found.result, found.matched, found.document) == (Result.CURRENT, matched, document)
    issued = AuditEntry.objects.get(event="ISSUED", object_id=document.pk).detail
    assert issued["volumes"][1] == {"sha256": volume.sha256, "unsigned_sha256": volume.unsigned_sha256}
    assert AuditEntry.objects.filter(event="FROZEN", detail__volumes__contains=[volume.record_sha256]).exists()
