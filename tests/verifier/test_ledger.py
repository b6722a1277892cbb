"""Ledger exports, checkpoints and single entries: what is whole passes, and whatever was bent is named."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.making import ORIGIN, Log, LogKey, consistency_of, folder, inclusion_of, root_of, sha, zipped
from tests.verifier.running import SCRIPT, Outcome, run, verifier

KEY, OTHER = LogKey(1), LogKey(2)


def some_log() -> Log:
    """Twelve entries: people among them, one value and one whole payload erased with a record."""
    log = Log()
    for _turn in range(4):
        log.add()
    ann = log.add_person(name="Ann Lee", email="ann@example.org")
    log.add_person(name="Žofie", email="zofie@example.org")
    log.add()
    log.erase(ann, "email")
    log.add()
    log.erase(2, "*")
    log.add()
    log.add()
    return log


def check(tmp_path: Path, files: dict[str, bytes], *more: object) -> Outcome:
    shutil.rmtree(tmp_path / "export", ignore_errors=True)
    return run("ledger", folder(tmp_path / "export", files), "--key", KEY.vkey, *more)


def kept(tmp_path: Path, note: str, name: str = "kept.txt") -> Path:
    (tmp_path / name).write_text(note, encoding="utf-8")
    return tmp_path / name


def test_a_whole_export_passes_and_says_what_it_did_not_check(tmp_path: Path) -> None:
    found = check(tmp_path, some_log().files(KEY))
    assert (found.status, found.complaints) == (0, "")
    assert "all 12 entries lead to the root" in found.text
    assert "2 missing contents or values are erased with a record" in found.text
    assert "Not checked: completeness" in found.text
    assert found.text.splitlines()[-1].startswith("VERDICT: TRUE")


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    export = zipped(tmp_path / "export.zip", some_log().files(KEY))
    command: list[str | Path] = [sys.executable, "-I", "-S", SCRIPT, "ledger", export, "--key", KEY.vkey]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"LC_ALL": "C"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "VERDICT: TRUE" in done.stdout


def test_a_zip_and_a_folder_say_the_same(tmp_path: Path) -> None:
    files = some_log().files(KEY)
    packed = run("ledger", zipped(tmp_path / "export.zip", files), "--key", KEY.vkey)
    assert packed == check(tmp_path, files)


def test_without_a_key_it_refuses_and_says_where_to_get_one(tmp_path: Path) -> None:
    found = run("ledger", folder(tmp_path / "export", some_log().files(KEY)))
    assert found.status == 2
    assert "No key was given" in found.text
    assert "never from the file you are checking" in found.text


def test_the_keys_inside_the_export_are_not_trusted(tmp_path: Path) -> None:
    found = check(tmp_path, some_log().files(OTHER))
    assert found.status == 1
    assert "bears no signature by a key you gave" in found.complaints


@settings(max_examples=150)
@given(st.data())
def test_any_changed_byte_of_entries_or_checkpoint_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = some_log().files(KEY)
    name = data.draw(st.sampled_from(["entries.bin", "checkpoint"]))
    place = data.draw(st.integers(0, len(files[name].rstrip(b"\n")) - 1))
    changed = bytearray(files[name])
    changed[place] ^= data.draw(st.integers(1, 255))
    found = check(tmp_path_factory.mktemp("flip"), {**files, name: bytes(changed)})
    assert found.status in (1, 2)
    assert found.complaints


@settings(max_examples=80)
@given(st.data())
def test_any_changed_byte_of_the_openings_is_found_or_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = some_log().files(KEY)
    changed = bytearray(files["openings.jsonl"])
    changed[data.draw(st.integers(0, len(changed) - 2))] ^= data.draw(st.integers(1, 255))
    found = check(tmp_path_factory.mktemp("flip"), {**files, "openings.jsonl": bytes(changed)})
    assert found.status in (1, 2) or said(bytes(changed)) == said(files["openings.jsonl"])


def said(openings: bytes) -> list[tuple[object, ...]]:
    rows = [json.loads(line) for line in openings.splitlines()]
    return [(row["i"], row["field"], bytes.fromhex(row["salt"]), row["value"]) for row in rows]


def framed(log: Log, order: list[int]) -> bytes:
    return b"".join(log.framed(index) for index in order)


@pytest.mark.parametrize(
    ("bend", "sentence"),
    [
        (lambda log: framed(log, [*range(3), *range(4, 12)]), "entries.bin holds 11 entries"),
        (lambda log: framed(log, [*range(3), 4, 3, *range(5, 12)]), "do not lead to the signed root"),
        (lambda log: framed(log, [*range(4), *range(3, 12)]), "entries.bin holds 13 entries"),
        (lambda log: framed(log, list(range(11))), "entries.bin holds 11 entries"),
        (lambda log: framed(log, list(range(12)))[:-3], "breaks off or is damaged in entry 11"),
        (lambda log: framed(log, list(range(12))) + b"\x00", "breaks off or is damaged in entry 12"),
        (lambda log: b"", "entries.bin holds 0 entries"),
    ],
    ids=["dropped", "swapped", "duplicated", "last one dropped", "cut off", "one byte more", "emptied"],
)
def test_entries_dropped_swapped_duplicated_or_cut_off_are_named(
    tmp_path: Path, bend: Callable[[Log], bytes], sentence: str
) -> None:
    log = some_log()
    found = check(tmp_path, {**log.files(KEY), "entries.bin": bend(log)})
    assert found.status == 1
    assert sentence in found.complaints


def test_history_rewritten_and_signed_again_is_caught_by_an_old_checkpoint(tmp_path: Path) -> None:
    log = some_log()
    old = kept(tmp_path, log.note(KEY, size=7))
    assert check(tmp_path, log.files(KEY), "--since", old).status == 0
    log.payloads[3] = log.payloads[3].replace(b"Incident 3", b"Incident 8")
    rewritten = log.files(KEY)
    assert check(tmp_path, rewritten).status == 0
    found = check(tmp_path, rewritten, "--since", old)
    assert found.status == 1
    assert "History was rewritten: at 7 entries the log is not what your checkpoint kept.txt" in found.complaints


def test_a_log_set_back_to_yesterday_is_caught_by_a_newer_checkpoint(tmp_path: Path) -> None:
    log = some_log()
    newer = kept(tmp_path, log.note(KEY))
    log.payloads = log.payloads[:9]
    found = check(tmp_path, log.files(KEY), "--since", newer)
    assert found.status == 1
    assert "The log has become shorter" in found.complaints


def test_several_old_checkpoints_are_each_answered(tmp_path: Path) -> None:
    log = some_log()
    notes = [kept(tmp_path, log.note(KEY, size=size), f"{size}.txt") for size in (1, 7, 12)]
    found = check(tmp_path, log.files(KEY), *[word for note in notes for word in ("--since", note)])
    assert found.status == 0
    assert found.text.count("was not changed since") == 3


def test_a_checkpoint_of_another_log_is_refused(tmp_path: Path) -> None:
    log = some_log()
    found = check(tmp_path, log.files(KEY), "--since", kept(tmp_path, log.note(KEY, size=7, origin="elsewhere")))
    assert found.status == 1
    assert "is of another log" in found.complaints


def test_a_checkpoint_that_went_through_mail_is_still_read(tmp_path: Path) -> None:
    log = some_log()
    old = tmp_path / "mailed.txt"
    old.write_bytes(log.note(KEY, size=7).replace("\n", "\r\n").encode() + b"\r\n")
    assert check(tmp_path, log.files(KEY), "--since", old).status == 0


def test_after_a_change_of_keys_either_key_is_enough(tmp_path: Path) -> None:
    found = check(tmp_path, some_log().files(OTHER, KEY))
    assert found.status == 0
    assert f"signed by {ORIGIN}" in found.text


def test_a_value_that_is_not_the_one_committed_to_is_named(tmp_path: Path) -> None:
    files = some_log().files(KEY)
    found = check(tmp_path, {**files, "openings.jsonl": files["openings.jsonl"].replace(b"Ann", b"Eve")})
    assert found.status == 1
    assert "the value of 'name' is not the one entry 4 committed to" in found.complaints


def test_a_value_gone_without_a_tombstone_is_a_doubt(tmp_path: Path) -> None:
    log = some_log()
    log.erase(5, "email", tombstone=False)
    found = check(tmp_path, log.files(KEY))
    assert found.status == 1
    assert "erased without a record, or withheld: entry 5 (email)" in found.complaints


def test_a_payload_gone_without_a_tombstone_is_a_doubt(tmp_path: Path) -> None:
    log = some_log()
    log.erase(8, "*", tombstone=False)
    found = check(tmp_path, log.files(KEY))
    assert found.status == 1
    assert "erased without a record, or withheld: entry 8 (all of it)" in found.complaints


def test_a_tombstone_of_one_field_does_not_excuse_another(tmp_path: Path) -> None:
    log = some_log()
    log.erase(4, "name", tombstone=False)
    assert "entry 4 (name)" in check(tmp_path, log.files(KEY)).complaints


def test_an_export_without_personal_values_says_that_they_were_withheld(tmp_path: Path) -> None:
    files = some_log().files(KEY)
    del files["openings.jsonl"]
    found = check(tmp_path, files)
    assert found.status == 2
    assert "3 personal values were withheld" in found.complaints


def test_an_opening_for_an_entry_that_commits_to_nothing_is_named(tmp_path: Path) -> None:
    log = some_log()
    log.openings.append({"i": 11, "field": "name", "salt": "00" * 32, "value": "x"})
    assert "openings.jsonl opens entry 11 out of order or without cause" in check(tmp_path, log.files(KEY)).complaints


def test_two_files_of_one_name_in_a_zip_are_refused(tmp_path: Path) -> None:
    import zipfile

    path = zipped(tmp_path / "export.zip", some_log().files(KEY))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("checkpoint", b"")
    assert "two files of one name" in run("ledger", path, "--key", KEY.vkey).complaints


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_no_bytes_whatever_lead_to_a_traceback(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    base = tmp_path_factory.mktemp("noise")
    (base / "file").write_bytes(noise)
    noisy = folder(base / "export", {"checkpoint": noise, "entries.bin": noise, "openings.jsonl": noise})
    for arguments in (
        ["ledger", base / "file"], ["ledger", noisy], ["pdf", base / "file"], ["record", base / "file", base / "file"],
        ["checkpoint", base / "file", base / "file"], ["evidence", base / "file", base / "file"],
    ):  # fmt: skip
        found = (
            run(*arguments, "--key", KEY.vkey, "--since", base / "file")
            if arguments[0] in ("ledger", "pdf")
            else run(*arguments, "--key", KEY.vkey)
        )
        assert found.status in (1, 2)
        assert found.complaints


# After a loss


def after_a_loss(kept_size: int = 7) -> tuple[Log, dict[str, bytes], LogKey]:
    """The log went on under another name; of what was there before, the first entries were kept."""
    log, name = some_log(), f"{ORIGIN}/2"
    detail = {"lost_origin": ORIGIN, "lost_size": 12, "lost_root": "0" * 64, "kept_size": kept_size, "origin": name}
    log.add(event="LOG_RESTARTED", detail=detail)
    log.add()
    key = LogKey(1, name)
    return log, {**log.files(key), "checkpoint": log.note(key, origin=name).encode()}, key


@pytest.mark.parametrize(
    ("size", "sentence"), [(7, ""), (8, "covers entries that were lost: the log went on as records.example.org/log/2")]
)
def test_what_was_kept_still_fits_and_what_was_lost_never_does(tmp_path: Path, size: int, sentence: str) -> None:
    log, files, key = after_a_loss()
    found = check(tmp_path, files, "--key", key.vkey, "--since", kept(tmp_path, log.note(KEY, size=size)))
    assert found.status == (1 if sentence else 0)
    assert sentence in found.complaints


def test_a_loss_that_is_told_does_not_excuse_a_change_of_what_was_kept(tmp_path: Path) -> None:
    _log, files, key = after_a_loss()
    other = some_log()
    other.payloads[0] = other.payloads[0].replace(b"Incident 0", b"Incident 9")
    found = check(tmp_path, files, "--key", key.vkey, "--since", kept(tmp_path, other.note(KEY, size=7)))
    assert found.status == 1
    assert "History was rewritten" in found.complaints


def test_another_log_stays_another_log_whatever_was_lost(tmp_path: Path) -> None:
    log, files, key = after_a_loss()
    stranger = LogKey(5, "elsewhere.example.org/log")
    old = kept(tmp_path, log.note(stranger, size=7, origin=stranger.name))
    found = check(tmp_path, files, "--key", key.vkey, "--key", stranger.vkey, "--since", old)
    assert "is of another log" in found.complaints


@pytest.mark.parametrize("bend", ["another entry", "another log"])
def test_only_a_proven_entry_about_a_loss_tells_of_one(tmp_path: Path, bend: str) -> None:
    log, _files, key = after_a_loss()
    place = 13 if bend == "another entry" else 12
    entry = tmp_path / "entry.json"
    entry.write_bytes(log.payloads[place])
    name = key.name if bend == "another entry" else ORIGIN
    proof = log.proof(place, key).replace(log.note(key), log.note(LogKey(1, name), origin=name))
    words: list[object] = ["checkpoint", kept(tmp_path, log.note(key, origin=key.name), "new")]
    words += [kept(tmp_path, log.note(KEY, size=7), "old"), "--key", KEY.vkey, "--key", key.vkey]
    words += ["--proof", kept(tmp_path, log.consistency(7, KEY), "link")]
    found = run(*words, "--restart", entry, kept(tmp_path, proof, "proof"))
    assert found.status in (1, 2)
    assert ("does not say that the log went on" if bend == "another entry" else "another log") in found.complaints


# Checkpoints and single entries


@pytest.mark.parametrize("old", range(1, 13))
def test_a_consistency_proof_of_any_length_holds(tmp_path: Path, old: int) -> None:
    log = some_log()
    notes = [kept(tmp_path, log.note(KEY), "new"), kept(tmp_path, log.note(KEY, size=old), "old")]
    found = run("checkpoint", *notes, "--key", KEY.vkey, "--proof", kept(tmp_path, log.consistency(old, KEY), "proof"))
    assert (found.status, found.complaints) == (0, "")


def test_a_checkpoint_that_does_not_continue_the_old_one_is_named(tmp_path: Path) -> None:
    log = some_log()
    old = kept(tmp_path, log.note(KEY, size=7), "old")
    log.payloads[0] = log.payloads[0].replace(b"Incident 0", b"Incident 9")
    proof = kept(tmp_path, log.consistency(7, KEY), "proof")
    found = run("checkpoint", kept(tmp_path, log.note(KEY), "new"), old, "--key", KEY.vkey, "--proof", proof)
    assert found.status == 1
    assert "does not lead from your checkpoint old" in found.complaints


def test_without_a_proof_two_checkpoints_cannot_be_compared(tmp_path: Path) -> None:
    log = some_log()
    notes = [kept(tmp_path, log.note(KEY), "new"), kept(tmp_path, log.note(KEY, size=7), "old")]
    found = run("checkpoint", *notes, "--key", KEY.vkey)
    assert found.status == 2
    assert "ask for its consistency proof" in found.complaints


def test_two_checkpoints_of_one_size_and_different_roots_are_a_fork(tmp_path: Path) -> None:
    log, fork = some_log(), some_log()
    fork.payloads[3] = fork.payloads[3].replace(b"Incident 3", b"Incident 8")
    notes = [kept(tmp_path, log.note(KEY), "new"), kept(tmp_path, fork.note(KEY), "old")]
    found = run("checkpoint", *notes, "--key", KEY.vkey)
    assert found.status == 1
    assert "History was rewritten" in found.complaints


@pytest.mark.parametrize("index", range(12))
def test_each_entry_is_found_in_its_place_and_changed_ones_are_not(tmp_path: Path, index: int) -> None:
    log = some_log()
    proof, entry = kept(tmp_path, log.proof(index, KEY), "proof"), tmp_path / "entry.json"
    entry.write_bytes(log.payloads[index])
    assert run("record", entry, proof, "--key", KEY.vkey).status == 0
    entry.write_bytes(log.payloads[index].replace(b"because", b"despite"))
    found = run("record", entry, proof, "--key", KEY.vkey)
    assert found.status == 1
    assert f"This is not entry {index} of the log" in found.complaints


@given(st.integers(1, 70), st.data())
@settings(max_examples=60)
def test_paths_hold_for_their_own_place_only(size: int, data: st.DataObject) -> None:
    leaves = [sha(b"%d" % number) for number in range(size)]
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    path, root = inclusion_of(index, leaves), root_of(leaves)
    assert verifier.root_from(index, size, leaves[index], path) == root
    assert other == index or verifier.root_from(other, size, leaves[index], path) != root
    assert verifier.root_from(index, size, leaves[index], [*path, root]) != root
    old = data.draw(st.integers(1, size))
    proof = consistency_of(old, leaves)
    assert verifier.continues(old, size, proof, root_of(leaves[:old]), root)
    assert not verifier.continues(old, size, [*proof, root], root_of(leaves[:old]), root)
    assert not verifier.continues(old, size, proof, sha(b"other"), root)


def test_it_is_written_for_python_3_9() -> None:
    import ast

    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_what_a_hostile_file_says_cannot_move_the_cursor(tmp_path: Path) -> None:
    found = check(tmp_path, some_log().files(LogKey(3, "evil\x1b[2J")))
    assert "evil" in found.text
    assert "\x1b" not in found.text


def test_a_stream_of_entries_is_not_held_in_memory() -> None:
    log = Log()
    for _turn in range(3):
        log.add()
    stream = io.BytesIO(b"".join(log.framed(index) for index in range(3)))
    first = next(verifier.entries_in(stream))
    assert first == (log.leaves[0], log.payloads[0])
    assert stream.tell() == len(log.framed(0))
