"""Gathering beside everything else: one view of the database, nobody kept waiting, and killed it begins again."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, connection
from django.utils import timezone

from registry.kernel.documents import gathering
from registry.kernel.documents.gathering import Gathering
from registry.kernel.documents.making import ask
from registry.kernel.ledger import sequencing
from registry.kernel.ledger.slices import rows_of
from registry.models import AuditEntry, Document, DocumentPart, RenderingJob, Vendor, Volume
from reviews.reports.sampling import Method, Sampling
from tests import people
from tests.documents.sample_record import empty_record
from tests.processes.conftest import Worker, wait_until
from tests.reports.making import pack_asked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RENDER = "registry.tasks.render_documents"
MANY = 5_000
"""Entries of a pack that takes many seconds to gather."""
ENTRIES = """
INSERT INTO registry_historicalvendor
    (id, name, website, supplies, version, history_date, history_type, history_change_reason, history_origin,
     history_unit_id)
SELECT n %% 500 + 1, 'Vendor', 'https://' || n, '', 1, clock_timestamp(), '~', 'Moved', 'TASK', 'many'
FROM generate_series(1, %s) AS n
"""


def elsewhere(work: Callable[[], Any]) -> Any:
    """What `work` gives on a connection of its own, in a transaction of its own."""
    given: list[Any] = []

    def run() -> None:
        try:
            given.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    return given[0]


def test_everything_is_read_of_one_moment_and_nothing_is_held() -> None:
    seen: dict[str, Any] = {}

    def gatherer(work: Gathering) -> Mapping[str, Any]:
        seen["before"] = Vendor.objects.count()
        seen["another"] = elsewhere(lambda: asked(people.auditor()).number)
        elsewhere(lambda: Vendor.objects.create(name="Came meanwhile"))
        seen["after"] = Vendor.objects.count()
        work.tell(1, 2)
        seen["told"] = elsewhere(lambda: RenderingJob.objects.get(document=work.document).progress)
        seen["identity"] = rows_of("SELECT pg_current_xact_id_if_assigned()")
        return empty_record()

    def asked(by: Any) -> Document:
        return ask(kind="BESIDE", series="BE-2026", title="Sample", template="", subject=None, by=by, at=timezone.now())

    gathering.declare("BESIDE", gatherer)
    document = asked(people.risk())
    gathering.gather(document, at=timezone.now)
    assert seen == {"before": 0, "after": 0, "another": "BE-2026-0002", "told": 45, "identity": [(None,)]}
    assert Vendor.objects.count() == 1


def test_whoever_gathers_can_write_nothing() -> None:
    def gatherer(work: Gathering) -> Mapping[str, Any]:
        Vendor.objects.create(name="Written on the way")
        return empty_record()

    gathering.declare("BESIDE", gatherer)
    document = ask(
        kind="BESIDE", series="BE-2026", title="Sample", template="", subject=None, by=people.risk(), at=timezone.now()
    )
    with pytest.raises(InternalError, match="read-only transaction"):
        gathering.gather(document, at=timezone.now)


@pytest.fixture
def _files_of_the_worker(worker: Worker, settings: Any) -> None:
    settings.MEDIA_ROOT = str(worker.folder / "files")
    settings.FILE_UPLOAD_TEMP_DIR = str(worker.folder / "incoming")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True)


@pytest.mark.usefixtures("_files_of_the_worker")
def test_a_worker_killed_while_it_gathers_leaves_it_to_the_next(worker: Worker) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [MANY])
    sequencing.advance()
    begun = time.monotonic()
    document = pack_asked(Sampling(Method.ALL))
    assert time.monotonic() - begun < 2

    def job() -> RenderingJob:
        return RenderingJob.objects.get(document=document)

    def is_gathered() -> bool:
        return Document.objects.filter(pk=document.pk, record__isnull=False).exists()

    worker.start()
    worker.nudge(RENDER)
    wait_until(lambda: job().progress > 20)
    first = worker.process
    worker.start()
    other, worker.process = worker.process, first
    assert pack_asked(Sampling(Method.DRAWN, 3, "lot"), by=people.risk()).number == "AP-2026-0002"
    assert not is_gathered(), "too quick to be killed"
    worker.kill()
    worker.process = other
    worker.nudge(RENDER)
    wait_until(lambda: job().attempts == 2)
    assert not is_gathered()
    wait_until(is_gathered, seconds=240)
    worker.stop()
    detail = AuditEntry.objects.get(event="FROZEN", object_id=str(document.pk)).detail
    record = Document.objects.get(pk=document.pk)
    assert detail["sha256"] == record.record_sha256
    assert len(detail["volumes"]) == Volume.objects.filter(document=document).count() > 3
    assert DocumentPart.objects.filter(document=document).count() == len(detail["volumes"]) + 2
    assert sum(b"Moved" in part.file.read_bytes() for part in DocumentPart.objects.filter(document=document)) > 3
