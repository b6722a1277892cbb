"""A backup is made, comes back into an empty database, and is doubted where it should be."""

import errno
import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from incidents.services import evidence
from registry.kernel.backup import making as backing
from registry.kernel.backup import restoring
from registry.kernel.ledger import sequencing
from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.published import Forked
from registry.kernel.storage.content import store
from registry.models import AuditEntry, StoredFile
from tests import databases, people, shipped
from tests.custody.conftest import KEYS
from tests.custody.test_unreadable import bad_sector, directory
from tests.incidents import making
from tests.stored import damage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _shipped_rows() -> Iterator[None]:
    shipped.restore()
    yield
    shipped.restore()


@pytest.fixture
def empty() -> Iterator[str]:
    with databases.fresh(f"{connection.settings_dict['NAME']}_drill") as name:
        yield name


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Of an incident with evidence, a log over it, and files."""
    incident = making.contained()
    uploaded = making.upload(b"what the model said\n", "answer.txt")
    evidence.add_file(incident, by=incident.declared_by, upload=uploaded, **making.about(title="Answer"))
    sequencing.advance()
    folder = tmp_path / "backup"
    call_command("backup", folder, stdout=StringIO())
    return folder


def counts() -> dict[str, int]:
    own = [
        model for model in apps.get_models() if model._meta.app_label in {"registry", "incidents", "intake", "reviews"}
    ]
    return {model._meta.label: model._default_manager.count() for model in own}


def restored(folder: Path, **options: Any) -> str:
    """What was said; an exit with doubts is said at the end."""
    return ended("restore", folder, **options)


def files_only(folder: Path) -> str:
    return ended("restore", folder, "--files-only")


def ended(command: str, *given: Any, **options: Any) -> str:
    said = StringIO()
    try:
        call_command(command, *given, stdout=said, stderr=said, **options)
    except SystemExit as leaving:
        return f"{said.getvalue()} exit {leaving.code}"
    return said.getvalue()


def test_a_backup_comes_back_whole_and_proven(backup: Path, empty: str, settings: Any, tmp_path: Path) -> None:
    before = counts()
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with databases.pointing_at(empty):
        assert "Log and files are what was signed and stored" in restored(backup)
        after = counts()
        assert StoredFile.objects.get().read_bytes() == b"what the model said\n"
        before["registry.IntegrityCheck"] += 2
        assert after == before


def test_the_log_goes_on_after_a_restore(backup: Path, empty: str) -> None:
    size = Checkpoint.objects.latest("size").size
    with databases.pointing_at(empty):
        restored(backup)
        people.person("Somebody New")
        assert sequencing.advance() > 0
        assert Checkpoint.objects.latest("size").size > size


def test_the_guards_stand_after_a_restore(backup: Path, empty: str) -> None:
    with databases.pointing_at(empty):
        restored(backup)
        with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
            cursor.execute("DELETE FROM registry_auditentry")


def test_yesterdays_backup_makes_the_sequencer_refuse(backup: Path, empty: str) -> None:
    people.person("Somebody Of Today")
    sequencing.advance()
    with databases.pointing_at(empty):
        assert "set back to an earlier state" in restored(backup)
        people.person("Somebody Else")
        with pytest.raises(Forked):
            sequencing.advance()


def kept_outside(folder: Path) -> Path:
    (folder / "kept.txt").write_text(Checkpoint.objects.latest("size").note, encoding="utf-8")
    return folder / "kept.txt"


def test_on_a_new_machine_it_says_that_nothing_outside_was_compared(backup: Path, empty: str, settings: Any) -> None:
    Path(settings.LEDGER_STATE_FILE).unlink()
    with databases.pointing_at(empty):
        said = restored(backup)
        assert "The log was not compared with what was published." in said
        assert said.endswith("exit 1")
        people.person("Somebody New")
        with pytest.raises(Forked):
            sequencing.advance()


def test_on_a_new_machine_a_checkpoint_from_outside_takes_the_place_of_the_memory(
    backup: Path, empty: str, settings: Any, tmp_path: Path
) -> None:
    outside = kept_outside(tmp_path)
    Path(settings.LEDGER_STATE_FILE).unlink()
    with databases.pointing_at(empty):
        assert "Log and files are what was signed and stored" in restored(backup, newest_checkpoint=outside)
        assert AuditEntry.objects.get(event="CHECKPOINT_ADOPTED").origin == "COMMAND"
        people.person("Somebody New")
        assert sequencing.advance() > 0


def test_yesterdays_backup_on_a_new_machine_is_not_signed_for(
    backup: Path, empty: str, settings: Any, tmp_path: Path
) -> None:
    people.person("Somebody Of Today")
    sequencing.advance()
    outside = kept_outside(tmp_path)
    Path(settings.LEDGER_STATE_FILE).unlink()
    with databases.pointing_at(empty):
        assert "set back to an earlier state" in restored(backup, newest_checkpoint=outside)
        people.person("Somebody Else")
        with pytest.raises(Forked, match="set back to an earlier state"):
            sequencing.advance()


def test_a_checkpoint_that_cannot_be_read_is_refused_before_anything_is_changed(
    backup: Path, empty: str, tmp_path: Path
) -> None:
    with databases.pointing_at(empty):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("restore", backup, newest_checkpoint=tmp_path / "nothing.txt")
        assert connection.introspection.table_names() == []


def test_a_backup_goes_into_an_empty_database_only(backup: Path) -> None:
    with pytest.raises(CommandError, match="in use"):
        call_command("restore", backup)


def test_a_changed_dump_is_refused(backup: Path, empty: str) -> None:
    dump = backup / backing.DATABASE
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    with databases.pointing_at(empty), pytest.raises(CommandError, match="changed"):
        call_command("restore", backup)


def test_a_folder_without_manifest_is_no_backup(backup: Path, empty: str) -> None:
    (backup / backing.MANIFEST).unlink()
    with databases.pointing_at(empty), pytest.raises(CommandError, match="no finished backup"):
        call_command("restore", backup)


def test_a_changed_file_is_named(backup: Path, empty: str, settings: Any, tmp_path: Path) -> None:
    stored = StoredFile.objects.get()
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    copy = next((backup / backing.FILES).rglob(stored.sha256))
    copy.write_bytes(b"what it should have said\n")
    with databases.pointing_at(empty):
        said = restored(backup)
    assert f"File {stored.sha256} in the backup is missing or was changed." in said
    assert said.endswith("exit 1")


def test_a_rewritten_history_is_found_when_it_comes_back(backup: Path, empty: str, tmp_path: Path) -> None:
    """Whoever could write to the backup's database rewrote it before the dump."""
    off, on = (
        f"ALTER TABLE registry_auditentry {verb} TRIGGER holdfast_append_only" for verb in ("DISABLE", "ENABLE ALWAYS")
    )
    with connection.cursor() as cursor:
        cursor.execute(off)
        cursor.execute("UPDATE registry_auditentry SET payload = 'x', leaf_hash = sha256('\\x0078') WHERE id = "
                       "(SELECT min(id) FROM registry_auditentry)")  # fmt: skip
        cursor.execute(on)
    forged = tmp_path / "forged"
    call_command("backup", forged, stdout=StringIO())
    with databases.pointing_at(empty):
        said = restored(forged)
    assert "are not those that were signed" in said


def test_a_missing_file_is_named_when_the_backup_is_made(backup: Path, tmp_path: Path) -> None:
    stored = StoredFile.objects.get()
    store().remove(stored.sha256)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("backup", tmp_path / "second", stdout=said, stderr=said)
    assert stored.sha256 in said.getvalue()


@pytest.mark.parametrize("keys", [[], KEYS], ids=["plain", "encrypted"])
def test_an_altered_file_is_named_and_the_backup_is_not_complete(
    keys: list[tuple[str, bytes]], settings: Any, tmp_path: Path, empty: str
) -> None:
    settings.FILES_KEYS = keys
    stored = with_evidence(b"what the model said\n")
    damage(stored, b"what it should have said\n")
    folder = tmp_path / "backup"
    said = ended("backup", folder)
    assert f"and now in the backup, is not what was stored:\n  {stored.sha256}\nThe backup is not complete." in said
    assert "The backup is complete" not in said
    assert said.endswith("exit 1")
    with databases.pointing_at(empty):
        assert f"File {stored.sha256} was altered already when the backup was made." in restored(folder)


@pytest.mark.parametrize("spoil", [bad_sector, directory])
def test_an_unreadable_file_is_named_and_the_others_are_copied(
    spoil: Callable[[StoredFile], None], backup: Path, tmp_path: Path
) -> None:
    bad = with_evidence(b"on a bad sector\n")
    spoil(bad)
    said = ended("backup", tmp_path / "second")
    assert f"1 files could not be read and are not in the backup:\n  {bad.sha256}" in said
    assert said.startswith("Database …\nFiles …\n1 files, ")
    assert said.endswith("exit 1")


def test_files_whose_key_is_away_are_copied_and_counted_apart(settings: Any, tmp_path: Path) -> None:
    settings.FILES_KEYS = KEYS
    stored = with_evidence(b"what the model said\n")
    settings.FILES_KEYS = []
    folder = tmp_path / "backup"
    assert "1 files are copied as they are: their keys are not configured here." in ended("backup", folder)
    assert json.loads((folder / backing.MANIFEST).read_text())["files"]["unproven"] == [stored.sha256]


def test_a_folder_that_cannot_take_the_backup_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_evidence(b"what the model said\n")

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backing, "_copy", full)
    with pytest.raises(CommandError, match="The backup cannot be written: No space left on device"):
        call_command("backup", tmp_path / "backup", stdout=StringIO())


def test_a_backup_of_an_earlier_version_brings_its_files_back(
    backup: Path, empty: str, settings: Any, tmp_path: Path
) -> None:
    """A last step of the migrations is taken from the list of those that ran, as in an earlier version.

    One of an application whose steps were never joined: of those that were, all are there or none.
    """
    recorder = MigrationRecorder(connection)
    app, name = max(each for each in recorder.applied_migrations() if each[0] == "axes")
    recorder.record_unapplied(app, name)
    try:
        ended("backup", tmp_path / "earlier")
    finally:
        recorder.record_applied(app, name)
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with databases.pointing_at(empty):
        said = restored(tmp_path / "earlier")
        assert "Run migrate, then restore --files-only, then verify_ledger." in said
        assert StoredFile.objects.get().read_bytes() == b"what the model said\n"
        MigrationRecorder(connection).record_applied(app, name)
        assert "Files are what was stored" in files_only(tmp_path / "earlier")


def test_a_full_disk_is_a_sentence_and_the_files_are_put_back_later(
    backup: Path, empty: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with databases.pointing_at(empty):
        with monkeypatch.context() as patch:
            patch.setattr("registry.kernel.storage.disk.os.fsync", full)
            said = restored(backup)
        assert "was not put back: There is no room left" in said
        assert "Run restore --files-only" in said
        assert said.endswith("exit 1")
        for _time in range(2):
            assert "Files are what was stored" in files_only(backup)
        assert StoredFile.objects.get().read_bytes() == b"what the model said\n"


def test_a_restore_that_was_cut_off_after_the_database_is_gone_on_with(
    backup: Path, empty: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_given: object) -> None:
        raise KeyboardInterrupt

    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with databases.pointing_at(empty):
        with monkeypatch.context() as patch:
            patch.setattr(restoring, "_put_files", cut)
            with pytest.raises(KeyboardInterrupt):
                restored(backup)
        with pytest.raises(CommandError, match="--files-only"):
            restored(backup)
        assert "Files are what was stored" in files_only(backup)


def with_evidence(content: bytes) -> StoredFile:
    incident = making.declared()
    piece = evidence.add_file(
        incident, by=incident.declared_by, upload=making.upload(content, "answer.txt"), **making.about()
    )
    assert piece.file is not None
    return piece.file


def test_a_backup_needs_a_folder_of_its_own(backup: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", backup)


def test_no_key_is_in_the_backup(backup: Path, settings: Any) -> None:
    manifest = json.loads((backup / backing.MANIFEST).read_text())
    assert manifest["keys"] == "not included"
    key = Path(settings.LEDGER_KEY_FILES[0]).read_bytes()
    assert all(key not in path.read_bytes() for path in backup.rglob("*") if path.is_file())


def test_without_the_programs_of_postgresql_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.kernel.backup.programs._candidates", lambda program: iter(()))
    with pytest.raises(CommandError, match="Install the PostgreSQL client programs"):
        call_command("backup", tmp_path / "none")
