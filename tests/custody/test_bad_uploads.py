"""Uploads that go wrong on the way: cut off, too large, two at once, no room. Nothing half-kept, and a clear answer."""

import errno
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents.models import Evidence, Incident
from registry.models import Role, StoredFile, User
from tests import people, shipped
from tests.custody.serving import Site, answer_of, heading, parts_of, serving
from tests.incidents import making
from tests.processes.conftest import wait_until

LIMIT = 3_000_000


def fields(**changes: str) -> dict[str, str]:
    return {
        "title": "Decision log", "kind": "INTERACTION_LOG", "source": "Warehouse", "method": "Exported",
        "collected_at": timezone.now().strftime("%Y-%m-%dT%H:%M"), "retention": "STANDARD", **changes,
    }  # fmt: skip


@pytest.fixture(scope="module")
def _shipped_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        shipped.restore()


@pytest.fixture
def site(_shipped_again: None, transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    shipped.restore()
    folder = tmp_path / "site"
    folder.mkdir()
    with serving(folder, EVIDENCE_MAX_BYTES=str(LIMIT)) as running:
        yield running


def uploaded(site: Site, incident: Incident, user: User, content: bytes, cut: float = 1) -> bytes:
    """The answer to sending `content`; of less than all (`cut`), the line is closed instead of waiting for one."""
    head, tail = parts_of(fields(), "decisions.log")
    body = head + content + tail
    with site.connection() as line:
        line.sendall(heading(f"/incidents/{incident.pk}/evidence/", user, len(body)))
        line.sendall(body[: int(len(body) * cut)])
        return answer_of(line) if cut == 1 else b""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_at_99_percent_leaves_nothing_and_the_next_upload_is_fine(site: Site) -> None:
    incident, user = making.declared(), people.responder()
    content = os.urandom(LIMIT // 2)
    uploaded(site, incident, user, content, cut=0.99)
    wait_until(lambda: open_files_of(site) == [])
    assert site.files() == []
    assert not StoredFile.objects.exists()
    assert not Evidence.objects.exists()
    assert uploaded(site, incident, user, content).startswith(b"HTTP/1.1 302")
    assert Evidence.objects.get().file is not None
    (kept,) = site.files()
    assert kept.read_bytes() == content


def open_files_of(site: Site) -> list[str]:
    """Unnamed files that the server still holds: a body that is being received lies in one."""
    found = []
    for link in Path(f"/proc/{site.process.pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if "(deleted)" in target:
            found.append(target)
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_body_without_end_is_refused_before_it_fills_the_disk(site: Site) -> None:
    incident, user = making.declared(), people.responder()
    with site.connection() as line:
        line.sendall(heading(f"/incidents/{incident.pk}/evidence/", user, 1 << 40))
        assert answer_of(line).startswith(b"HTTP/1.1 413")
    slightly = uploaded(site, incident, user, os.urandom(LIMIT + 1))
    assert slightly.startswith(b"HTTP/1.1 422")
    assert b"larger than the limit" in slightly
    assert site.files() == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_file_at_once_leave_one_content_and_two_clear_answers(site: Site) -> None:
    shipped.restore()
    first, other = making.declared(), making.declared()
    users = [people.responder(), people.person("Ron Responder", Role.RESPONDER)]
    content = os.urandom(500_000)
    together = threading.Barrier(4)
    answers: list[bytes] = []

    def send(incident: Incident, user: User) -> None:
        try:
            together.wait()
            answers.append(uploaded(site, incident, user, content)[:12])
        finally:
            connection.close()

    lines = [threading.Thread(target=send, args=(incident, user)) for incident in (first, other) for user in users]
    for line in lines:
        line.start()
    for line in lines:
        line.join()
    assert sorted(answers) == [b"HTTP/1.1 302"] * 2 + [b"HTTP/1.1 409"] * 2
    assert StoredFile.objects.count() == 1
    assert sorted(Evidence.objects.values_list("incident", flat=True)) == sorted([first.pk, other.pk])
    assert len(site.files()) == 1


def posted(incident: Incident, content: bytes, name: str = "decisions.log", path: str = "") -> Any:
    client = Client()
    client.force_login(people.responder())
    file = io.BytesIO(content)
    file.name = name
    return client.post(path or f"/incidents/{incident.pk}/evidence/", {**fields(), "file": file})


def incoming(settings: Any) -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\x7fELF" + bytes(200), "shot.png", "a program"),
        (b"MZ\x90\x00" + bytes(200), "letter.pdf", "a program"),
        (b"%PDF-1.7\n", "table.xlsx", "a PDF document"),
        (b"PK\x03\x04" + bytes(100), "log.zip", "cannot be read"),
        (b"<!doctype html><script>1</script>", "shot.png", "HTML"),
    ],
)
def test_evidence_that_lies_about_its_type_is_refused_by_its_content(
    content: bytes, name: str, words: str, settings: Any
) -> None:
    answer = posted(making.declared(), content, name)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["file"][0]
    assert (incoming(settings), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/api/v1/incidents/{}/evidence/"], ids=["page", "API"])
def test_no_room_while_receiving_is_507_in_words_and_nothing_stays(monkeypatch: Any, settings: Any, path: str) -> None:
    incident = making.declared()
    made = __import__("tempfile").NamedTemporaryFile

    def full(*args: Any, **options: Any) -> Any:
        sink = made(*args, **options)

        class Full:
            name = sink.name

            def write(self, _data: bytes) -> int:
                raise OSError(errno.ENOSPC, "No space left on device")

            def close(self) -> None:
                sink.close()

        return Full()

    monkeypatch.setattr("registry.kernel.files.tempfile.NamedTemporaryFile", full)
    answer = posted(incident, b"plain words\n", path=path.format(incident.pk))
    assert answer.status_code == 507
    assert "no room left" in answer.content.decode()
    assert (incoming(settings), StoredFile.objects.count(), Evidence.objects.count()) == ([], 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/api/v1/incidents/{}/evidence/"], ids=["page", "API"])
@pytest.mark.usefixtures("kept_as")
def test_no_room_while_storing_is_507_in_words_and_nothing_stays(monkeypatch: Any, settings: Any, path: str) -> None:
    incident = making.declared()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("registry.kernel.storage.disk.os.fsync", full)
    answer = posted(incident, b"plain words\n", path=path.format(incident.pk))
    assert answer.status_code == 507
    assert "no room left" in answer.content.decode()
    assert (incoming(settings), StoredFile.objects.count(), Evidence.objects.count()) == ([], 0, 0)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
