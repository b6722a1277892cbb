"""Reports: the one that was issued passes, and every way of bending it is found and named by a sentence."""

import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.verifier import papers
from tests.verifier.making import LogKey, folder
from tests.verifier.papers import NUMBER, PROOF, Holder, Paper, canonical, digest, holder, paper, root, sign, signer
from tests.verifier.running import SCRIPT, Outcome, run, verifier

KEY, OTHER = LogKey(1), LogKey(2)
# A copy of the root that nobody relies on, because the reader has it: changed in its name it is said to be unchecked.
NEEDED_FOR_NOTHING = "Not checked: 1 certificates that came along and are needed for nothing here"


@cache
def issued(*, is_packed: bool = True, is_stamped: bool = False) -> bytes:
    return paper(KEY, is_packed=is_packed, is_stamped=is_stamped).signed()


def check(tmp_path: Path, content: bytes, *more: object, by: Holder | None = None, command: str = "pdf") -> Outcome:
    (tmp_path / "report.pdf").write_bytes(content)
    (tmp_path / "cert.pem").write_bytes((by or root()).pem)
    before = [tmp_path / "evidence.bin"] if command == "evidence" else []
    return run(command, *before, tmp_path / "report.pdf", "--key", KEY.vkey, "--cert", tmp_path / "cert.pem", *more)


def kept(tmp_path: Path, text: str, name: str = "kept.txt") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize("is_packed", [True, False], ids=["object streams", "plain objects"])
def test_a_report_as_issued_passes(tmp_path: Path, is_packed: bool) -> None:
    found = check(tmp_path, issued(is_packed=is_packed))
    assert (found.status, found.complaints) == (0, "")
    for sentence in (
        "every byte of the file but the signature itself is signed",
        "5 entries stand in the log",
        f"entry 18 of the log binds {NUMBER} to exactly this record.json",
        "4 audit lines cite proven entries",
        "Not checked: whether a certificate was revoked",
        "Not checked: 1 audit lines of the record, which cite no entry",
    ):
        assert sentence in found.text


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(issued())
    words = ["pdf", "report.pdf", "--key", KEY.vkey, "--cert", root().fingerprint]
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *words], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")


# The signature


def test_the_certificate_may_be_given_as_file_or_fingerprint_of_signer_or_issuer(tmp_path: Path) -> None:
    assert "leads to Example Root, which you gave" in check(tmp_path, issued()).text
    assert "is the one you gave" in check(tmp_path, issued(), by=signer()).text
    for one in (root(), signer()):
        shown = ":".join(re.findall("..", one.fingerprint.upper()))
        assert run("pdf", tmp_path / "report.pdf", "--key", KEY.vkey, "--cert", shown).status == 0


def test_without_a_certificate_it_cannot_tell_who_signed(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(issued())
    found = run("pdf", tmp_path / "report.pdf", "--key", KEY.vkey)
    assert found.status == 2
    assert "Whose certificate signed the pages is unknown" in found.complaints


@settings(max_examples=120)
@given(st.data())
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    changed = bytearray(issued(is_stamped=data.draw(st.booleans())))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    found = check(tmp_path_factory.mktemp("flip"), bytes(changed))
    if NEEDED_FOR_NOTHING not in found.text:
        assert found.status in (1, 2)
        assert found.complaints


@settings(max_examples=60)
@given(st.data())
def test_no_piece_cut_out_moved_or_repeated_leads_to_a_traceback_or_a_pass(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = issued()
    a, b, c = sorted(data.draw(st.lists(st.integers(0, len(whole)), min_size=3, max_size=3, unique=True)))
    shape = data.draw(st.sampled_from(["cut off", "cut out", "swapped", "repeated"]))
    bent = {
        "cut off": whole[:b],
        "cut out": whole[:a] + whole[b:],
        "swapped": whole[:a] + whole[b:c] + whole[a:b] + whole[c:],
        "repeated": whole[:b] + whole[a:],
    }[shape]
    if bent != whole:
        assert check(tmp_path_factory.mktemp("piece"), bent).status in (1, 2)


def test_an_update_appended_after_signing_is_named(tmp_path: Path) -> None:
    writer: Any = IncrementalPdfFileWriter(BytesIO(issued()))
    writer.root["/Lang"] = writer.root["/Pages"]
    writer.update_root()
    updated = BytesIO()
    writer.write(updated)
    found = check(tmp_path, updated.getvalue())
    assert found.status == 1
    assert "does not cover the whole file: bytes were added after signing" in found.complaints


def test_bytes_appended_after_the_end_are_named(tmp_path: Path) -> None:
    found = check(tmp_path, issued() + b"%more\n")
    assert found.status == 2
    assert "something was put after its end" in found.complaints
    assert "bytes were added after signing" in check(tmp_path, issued() + b"\n").complaints


def test_a_report_without_its_signature_is_named(tmp_path: Path) -> None:
    found = check(tmp_path, paper(KEY).unsigned())
    assert found.status == 1
    assert "bears no signature" in found.complaints


def test_a_report_signed_by_somebody_else_is_named(tmp_path: Path) -> None:
    stranger = holder("Example Reports 2026", by=holder("Example Root", is_authority=True))
    found = check(tmp_path, paper(KEY).signed(by=stranger))
    assert found.status == 1
    assert "neither is the one you gave nor was issued by it" in found.complaints


def test_a_certificate_that_may_not_issue_others_gives_no_trust(tmp_path: Path) -> None:
    found = check(tmp_path, paper(KEY).signed(by=holder("Deputy", by=signer())))
    assert found.status == 1
    assert "nor was issued by it" in found.complaints


def test_a_certificate_out_of_date_when_it_signed_is_named(tmp_path: Path) -> None:
    found = check(tmp_path, paper(KEY).signed(by=holder("Late", by=root(), begins=-20, ends=-10)))
    assert found.status == 1
    assert "The certificate of Late was not valid on" in found.complaints


def test_a_signature_by_rsa_is_read_too(tmp_path: Path) -> None:
    assert check(tmp_path, paper(KEY).signed(by=holder("Old Reports", by=root(), is_rsa=True))).status == 0


def test_a_time_stamp_is_checked_and_its_authority_is_left_to_the_reader(tmp_path: Path) -> None:
    found = check(tmp_path, issued(is_stamped=True))
    assert found.status == 0
    assert "a time stamp by Example Time of" in found.text
    assert "Not checked: whether Example Time is an authority you should trust" in found.text


def test_a_time_stamp_of_another_signature_is_named(tmp_path: Path) -> None:
    """The stamps of two reports change places; neither is under the signature."""
    # A stamp's length varies by a few bytes with its random parts; only one of the same length fits in.
    stamped: dict[int, bytes] = {}
    one = issued(is_stamped=True)
    while len(_stamp(one)) not in stamped:
        stamped[len(_stamp(one))] = one
        one = paper(KEY, is_stamped=True).signed()
    fitting = _stamp(stamped[len(_stamp(one))])
    found = check(tmp_path, one.replace(_stamp(one), fitting))
    assert found.status == 1
    assert "The time stamp is false" in found.complaints


def _stamp(content: bytes) -> bytes:
    container = verifier.der(verifier.Pdf(content).signatures()[0]["Contents"])
    return bytes(verifier.SignedData(container).unsigned[verifier.TIME_STAMP].raw).hex().upper().encode()


# What is attached


def test_a_record_that_was_replaced_and_signed_again_is_named(tmp_path: Path) -> None:
    forged = paper(KEY)
    forged.record["incident"]["reference"] = "INC-2026-0004"
    found = check(tmp_path, forged.signed())
    assert found.status == 1
    assert "the record is not the one frozen" in found.complaints


@pytest.mark.parametrize("name", ["record.json", "ledger.json"])
def test_an_attachment_that_is_not_the_one_of_the_manifest_is_named(tmp_path: Path, name: str) -> None:
    made = paper(KEY)
    files = made.attachments()
    found = check(tmp_path, made.signed(content=made.unsigned({**files, name: files[name] + b" "})))
    assert found.status == 1
    assert f"The attached {name} is not the one the manifest lists" in found.complaints


def test_an_attachment_the_manifest_does_not_list_is_named(tmp_path: Path) -> None:
    made = paper(KEY)
    found = check(tmp_path, made.signed(content=made.unsigned({**made.attachments(), "more.txt": b"x"})))
    assert found.status == 1
    assert "do not name the same files: more.txt" in found.complaints


def test_a_report_without_its_proofs_is_named(tmp_path: Path) -> None:
    made = paper(KEY)
    files = {name: content for name, content in made.attachments().items() if name != "ledger.json"}
    found = check(tmp_path, made.signed(content=made.unsigned(files)))
    assert found.status == 1
    assert "The PDF lacks ledger.json" in found.complaints


def test_two_attachments_of_one_name_are_refused(tmp_path: Path) -> None:
    made = paper(KEY)
    with pikepdf.open(BytesIO(made.unsigned())) as pdf:
        pdf.attachments["second"] = papers.attached(pdf, "record.json", b"{}")
        written = BytesIO()
        pdf.save(written)
    found = check(tmp_path, sign(written.getvalue(), signer()))
    assert found.status == 1
    assert "Several attachments hide behind one name: record.json" in found.complaints


def test_a_hidden_object_of_the_same_look_fools_nobody(tmp_path: Path) -> None:
    """Unreferenced copies, and an older revision with another record: only what a viewer shows counts."""
    made = paper(KEY)
    forged = made.unsigned({**made.attachments(), "record.json": b'{"document":{"number":"IR-0"}}'})
    with pikepdf.open(BytesIO(made.unsigned())) as pdf:
        decoy = pdf.make_stream(b"{}", Type=pikepdf.Name.EmbeddedFile)
        pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="record.json", EF={"/F": decoy}))
        pdf.Root.Decoys = pikepdf.Array([decoy])
        written = BytesIO()
        pdf.save(written)
    assert check(tmp_path, sign(written.getvalue(), signer())).status == 0
    assert check(tmp_path, sign(forged, signer())).status == 1


# The ledger behind it


def bent(change: Callable[[dict[str, Any]], None]) -> bytes:
    made = paper(KEY)
    change(made.ledger)
    return made.signed()


def _foreign(ledger: dict[str, Any]) -> None:
    ledger["checkpoint"] = paper(KEY).log.note(OTHER)


def _changed_root(ledger: dict[str, Any]) -> None:
    ledger["checkpoint"] = ledger["checkpoint"].replace("\n20\n", "\n21\n")


def _changed_payload(ledger: dict[str, Any]) -> None:
    ledger["entries"][0]["payload"] = ledger["entries"][1]["payload"]


def _moved(ledger: dict[str, Any]) -> None:
    ledger["entries"][0]["index"] = 2


def _short_path(ledger: dict[str, Any]) -> None:
    ledger["entries"][1]["path"].pop()


def _twice(ledger: dict[str, Any]) -> None:
    ledger["entries"].append(ledger["entries"][0])


def _not_frozen(ledger: dict[str, Any]) -> None:
    ledger["frozen"] = 3


def _uncited(ledger: dict[str, Any]) -> None:
    del ledger["entries"][0]


def _false_step(ledger: dict[str, Any]) -> None:
    ledger["consistency"][0]["root"] = ledger["consistency"][1]["root"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_foreign, "The checkpoint in ledger.json bears no signature by a key you gave"),
        (_changed_root, "is false: the text was changed after signing"),
        (_changed_payload, "Entry 3 in ledger.json was changed"),
        (_moved, "Entry 2 in ledger.json does not lead to the signed root"),
        (_short_path, "Entry 4 in ledger.json does not lead to the signed root"),
        (_twice, "ledger.json holds one entry twice"),
        (_not_frozen, "the record is not the one frozen"),
        (_uncited, "Audit line 1 of the record cites an entry that ledger.json does not prove"),
        (_false_step, "does not lead from its state of 5 entries to the signed root"),
    ],
)
def test_a_bent_ledger_is_named_even_when_signed_again(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    found = check(tmp_path, bent(change))
    assert found.status == 1
    assert sentence in found.complaints


def test_the_ledger_of_another_report_does_not_fit(tmp_path: Path) -> None:
    made, other = paper(KEY), paper(KEY)
    other.record["incident"]["reference"] = "INC-2026-0099"
    detail = {"number": NUMBER, "sha256": digest(canonical(other.record))}
    frozen = other.log.add(event="FROZEN", detail=detail)
    made.ledger = other.log.ledger_json([3, 4, 9, 17], frozen, (), KEY)
    assert "the record is not the one frozen" in check(tmp_path, made.signed()).complaints


@pytest.mark.parametrize(
    ("field", "value", "word"), [("at", "2026-03-14T09:09:09Z", "time"), ("reason", "a better one", "reason")]
)
def test_an_audit_line_that_says_something_else_than_its_entry_is_named(
    tmp_path: Path, field: str, value: str, word: str
) -> None:
    made = refrozen(lambda record: record["audit"][1].update({field: value}))
    found = check(tmp_path, made.signed())
    assert found.status == 1
    assert f"Audit line 2 of the record states another {word} than entry 4 of the log" in found.complaints


def refrozen(change: Callable[[dict[str, Any]], None]) -> Paper:
    """The installation itself freezes a record that says something else than its own log."""
    made = paper(KEY)
    change(made.record)
    detail = {"number": NUMBER, "sha256": digest(canonical(made.record))}
    frozen = made.log.add(event="FROZEN", detail=detail)
    made.ledger = made.log.ledger_json([3, 4, 9, 17], frozen, made.earlier, KEY)
    return made


# Older checkpoints


@pytest.mark.parametrize("size", [5, 8, 13, 20])
def test_an_old_checkpoint_is_reached_by_the_proofs_inside(tmp_path: Path, size: int) -> None:
    old = kept(tmp_path, paper(KEY).log.note(KEY, size=size))
    found = check(tmp_path, issued(), "--since", old)
    assert found.status == 0
    assert f"history up to your checkpoint kept.txt ({size} entries) was not changed since" in found.text


def test_one_changed_byte_anywhere_before_an_old_checkpoint_is_found_whoever_signs(tmp_path: Path) -> None:
    """The whole point: log, record and report are made anew with the true keys; the old checkpoint tells."""
    old = kept(tmp_path, paper(KEY).log.note(KEY, size=13))
    for index in range(13):
        forged = paper(KEY)
        forged.log.payloads[index] = forged.log.payloads[index].replace(b"Incident", b"incident")
        for line in forged.record["audit"]:
            if line.get("entry", {}).get("id") == index + 100:
                line["entry"]["leaf_hash"] = forged.log.leaves[index].hex()
        detail = {"number": NUMBER, "sha256": digest(canonical(forged.record))}
        frozen = forged.log.add(event="FROZEN", detail=detail)
        forged.ledger = forged.log.ledger_json([3, 4, 9, 17], frozen, forged.earlier, KEY)
        content = forged.signed()
        assert check(tmp_path, content).status == 0
        found = check(tmp_path, content, "--since", old)
        assert found.status == 1
        assert "History was rewritten: at 13 entries the log is not what your checkpoint" in found.complaints


def test_an_old_checkpoint_that_nothing_reaches_is_a_doubt_until_its_proof_is_given(tmp_path: Path) -> None:
    log = paper(KEY).log
    old = kept(tmp_path, log.note(KEY, size=11))
    found = check(tmp_path, issued(), "--since", old)
    assert found.status == 2
    assert "Nothing here reaches back to your checkpoint kept.txt" in found.complaints
    proof = kept(tmp_path, log.consistency(11, KEY), "proof")
    assert check(tmp_path, issued(), "--since", old, "--proof", proof).status == 0
    log.payloads[2] = log.payloads[2].replace(b"Incident", b"incident")
    forged = kept(tmp_path, log.consistency(11, KEY), "forged")
    found = check(tmp_path, issued(), "--since", old, "--proof", forged)
    assert found.status == 1
    assert "does not lead from your checkpoint kept.txt" in found.complaints


def test_a_checkpoint_newer_than_the_report_is_reached_by_a_proof(tmp_path: Path) -> None:
    log = paper(KEY).log
    for _turn in range(9):
        log.add()
    newer = kept(tmp_path, log.note(KEY))
    assert check(tmp_path, issued(), "--since", newer).status == 2
    proof = kept(tmp_path, log.consistency(20, KEY), "proof")
    assert check(tmp_path, issued(), "--since", newer, "--proof", proof).status == 0


def test_two_proofs_to_one_later_state_join_an_old_checkpoint_and_the_report(tmp_path: Path) -> None:
    log = paper(KEY).log
    for _turn in range(9):
        log.add()
    old = kept(tmp_path, log.note(KEY, size=11))
    proofs = [kept(tmp_path, log.consistency(size, KEY), f"proof-{size}") for size in (11, 20)]
    words = [word for proof in proofs for word in ("--proof", proof)]
    assert check(tmp_path, issued(), "--since", old, *words).status == 0
    assert check(tmp_path, issued(), "--since", old, *words[:2]).status == 1


# With the whole log


def exported(tmp_path: Path, made: Paper, *keys: LogKey) -> Path:
    return folder(tmp_path / "export", made.log.files(*keys or (KEY,)))


def test_the_log_says_that_this_very_file_was_issued(tmp_path: Path) -> None:
    made = paper(KEY)
    content = made.signed()
    made.issue(content)
    old = kept(tmp_path, made.log.note(KEY, size=11))
    found = check(tmp_path, content, "--ledger", exported(tmp_path, made), "--since", old)
    assert (found.status, found.complaints) == (0, "")
    assert "was issued as exactly this file" in found.text
    assert "was not changed since, by the export" in found.text
    bare = run("pdf", tmp_path / "report.pdf", "--key", KEY.vkey, "--ledger", tmp_path / "export")
    assert bare.status == 0


def test_another_file_of_the_same_number_is_named(tmp_path: Path) -> None:
    made = paper(KEY)
    made.issue(made.signed())
    found = check(tmp_path, made.signed(), "--ledger", exported(tmp_path, made))
    assert found.status == 1
    assert f"The log says that {NUMBER} was issued as another file than this one" in found.complaints


def test_a_report_that_was_never_issued_is_named(tmp_path: Path) -> None:
    made = paper(KEY)
    found = check(tmp_path, made.signed(), "--ledger", exported(tmp_path, made))
    assert found.status == 1
    assert f"The log does not say that {NUMBER} was ever issued" in found.complaints


def test_an_export_of_a_rewritten_log_does_not_fit_the_report(tmp_path: Path) -> None:
    made = paper(KEY)
    content = made.signed()
    made.issue(content)
    made.log.payloads[0] = made.log.payloads[0].replace(b"Incident", b"incident")
    found = check(tmp_path, content, "--ledger", exported(tmp_path, made))
    assert found.status == 1
    assert "history was rewritten" in found.complaints


def test_an_export_older_than_the_report_cannot_tell(tmp_path: Path) -> None:
    made = paper(KEY)
    content = made.signed()
    made.log.payloads = made.log.payloads[:9]
    found = check(tmp_path, content, "--ledger", exported(tmp_path, made))
    assert found.status == 2
    assert "The export ends before the state the report was made from" in found.complaints


def test_an_erased_entry_is_a_doubt_until_the_log_shows_its_tombstone(tmp_path: Path) -> None:
    made = paper(KEY)
    made.log.erase(9, "*", tombstone=False)
    made.ledger = made.log.ledger_json([3, 4, 9, 17], 18, made.earlier, KEY)
    content = made.signed()
    found = check(tmp_path, content)
    assert found.status == 2
    assert "The content of entry 9 is erased or withheld" in found.complaints
    made.log.erase(9, "*")
    made.issue(content)
    found = check(tmp_path, content, "--ledger", exported(tmp_path, made))
    assert found.status == 0
    assert "the content of entry 9 is erased with a record" in found.text


# Evidence


def test_an_evidence_file_is_found_in_the_report_and_a_changed_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "evidence.bin").write_bytes(PROOF)
    found = check(tmp_path, issued(), command="evidence")
    assert found.status == 0
    assert "evidence.bin is evidence EV-1, to the byte" in found.text
    (tmp_path / "evidence.bin").write_bytes(PROOF + b" ")
    found = check(tmp_path, issued(), command="evidence")
    assert found.status == 1
    assert "evidence.bin is not among the evidence of the report" in found.complaints


def test_evidence_listed_by_a_bent_report_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "evidence.bin").write_bytes(b"planted")
    forged = paper(KEY)
    forged.record["evidence"][0]["sha256"] = digest(b"planted")
    found = check(tmp_path, forged.signed(), command="evidence")
    assert found.status == 1
    assert "the record is not the one frozen" in found.complaints


def test_the_reader_says_what_it_does_not_understand(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(paper(KEY).unsigned())) as pdf:
        written = BytesIO()
        pdf.save(written, encryption=pikepdf.Encryption(owner="a", user=""))
    found = check(tmp_path, written.getvalue())
    assert found.status == 2
    assert "The PDF is encrypted" in found.complaints
    assert papers.root().fingerprint not in found.text
