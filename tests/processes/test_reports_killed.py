"""A worker killed while it makes a report: another takes over within seconds, never beside it, and only once."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Document, RenderingJob, Vendor
from reviews.reports import volumes
from reviews.reports.sampling import Method, Sampling
from tests.documents.issuing_world import frozen
from tests.documents.sample_record import sample_record
from tests.processes.conftest import Worker, wait_until
from tests.reports.making import gathered, pack_asked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RENDER = "registry.tasks.render_documents"
SOON = 15
"""Seconds: far less than printing may take, even where the machine is busy."""


@pytest.fixture(autouse=True)
def _files_of_the_worker(worker: Worker, settings: Any) -> None:
    settings.MEDIA_ROOT = str(worker.folder / "files")
    settings.FILE_UPLOAD_TEMP_DIR = str(worker.folder / "incoming")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True)


def attempts(document: Document) -> int:
    return RenderingJob.objects.get(document=document).attempts


def handled(worker: Worker) -> int:
    return worker.log.read_text().count("succeeded in")


def killed_while(worker: Worker, document: Document, under_way: Any) -> None:
    """One worker makes it and is killed; another, there from before, makes it whole."""
    worker.start()
    worker.nudge(RENDER)
    wait_until(under_way)
    first = worker.process
    assert first is not None
    worker.start()
    other, worker.process = worker.process, first
    worker.nudge(RENDER)
    wait_until(lambda: handled(worker) > 0 or attempts(document) > 1)
    assert attempts(document) == 1, "two workers make it at once"
    assert Document.objects.get(pk=document.pk).status == "QUEUED", "too quick to be killed"
    worker.kill()
    died, worker.process = time.monotonic(), other
    worker.nudge(RENDER)
    wait_until(lambda: attempts(document) == 2)
    assert time.monotonic() - died < SOON
    wait_until(lambda: Document.objects.filter(pk=document.pk, status="READY").exists(), seconds=240)
    worker.nudge(RENDER)
    worker.stop()
    assert attempts(document) == 2
    assert AuditEntry.objects.filter(event="ISSUED", object_id=str(document.pk)).count() == 1


def test_a_report_is_taken_over_within_seconds_of_the_death(worker: Worker) -> None:
    record = sample_record()
    record["timeline"] = record["timeline"] * 4
    document = frozen(record=record)
    sequencing.advance()
    killed_while(worker, document, lambda: RenderingJob.objects.filter(document=document, progress__gt=15).exists())


def vendors() -> None:
    for number in range(12):
        Vendor.objects.create(name=f"Vendor {number}")


def test_a_pack_is_taken_over_and_keeps_the_volumes_that_were_signed(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(volumes, "PAGES", 0.3)
    vendors()
    sequencing.advance()
    document = gathered(pack_asked(Sampling(Method.ALL)))
    sequencing.advance()
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"making-{document.record_sha256}"
    signed: list[str] = []

    def under_way() -> bool:
        signed[:] = [path.name for path in folder.glob("volume-*.pdf")]
        return bool(signed)

    killed_while(worker, document, under_way)
    detail = AuditEntry.objects.get(event="ISSUED", object_id=str(document.pk)).detail
    issued = {f"volume-{n:03d}.{one['unsigned_sha256']}.pdf" for n, one in enumerate(detail["volumes"], start=1)}
    assert set(signed) <= issued
    assert len(issued) == len(json.loads(document.read_record())["archive"]["volumes"]) > 2
