"""One issued report of each kind, made once for all tests that only read it."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.utils import timezone
from pypdf import PdfReader

from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import Document, GateRequest, RenderingJob, Volume
from reviews.reports import audit_pack
from reviews.reports.sampling import Method, Sampling
from reviews.services import report_kinds
from reviews.services.gate_reports import request_gate_report
from tests.api import world as worlds
from tests.documents.issuing_world import bytes_of, frozen
from tests.documents.sample_record import sample_record
from tests.registry.gating import decided
from tests.reports.making import gathered, pack_asked

KINDS = ("full", "summary", "dossier", "inventory", "gate", "volume")
_made: dict[str, "Issued"] = {}


@dataclass(frozen=True)
class Issued:
    """`after` is the file as issued; it begins with what it was before it was signed."""

    template: str
    number: str
    sha256: str
    code: str
    unsigned_sha256: str
    after: bytes
    root: bytes

    @property
    def before(self) -> bytes:
        end = self.after.index(b"%%EOF") + len(b"%%EOF\n")
        assert sha256(self.after[:end]).hexdigest() == self.unsigned_sha256
        return self.after[:end]

    @cached_property
    def reader(self) -> Any:
        return PdfReader(BytesIO(self.after))


def issued(kind: str) -> Issued:
    if kind not in _made:
        asked = gathered(_asked(kind))
        sequencing.advance()
        render_waiting(at=timezone.now)
        document = Document.objects.select_related("record", "pdf", "job").get(pk=asked.pk)
        assert document.status == Document.Status.READY, document.job.failure
        root = Path(settings.DOCUMENT_CERT_FILE).read_bytes()
        _made[kind] = _volume(document, root) if kind == "volume" else _whole(document, root)
    return _made[kind]


def _asked(kind: str) -> Document:
    if kind == "full":
        return frozen(record=sample_record())
    world, at = worlds.build(), timezone.now()
    sequencing.advance()
    RenderingJob.objects.all().delete()
    if kind == "summary":
        return report_kinds.request_incident_summary(world.incident, by=world.risk, at=at)
    if kind == "dossier":
        return report_kinds.request_workflow_dossier(world.workflow, by=world.risk, at=at)
    if kind == "gate":
        return request_gate_report(asked_and_granted(), by=world.risk, at=at)
    if kind == "inventory":
        return report_kinds.request_inventory("", [("Stage", "All")], by=world.risk, at=at)
    chosen = Sampling(Method.DRAWN, 40, "lot")
    return pack_asked(chosen, by=world.risk, at=at)


def asked_and_granted() -> GateRequest:
    """The request of the world that waits, granted."""
    return decided(GateRequest.objects.get(kind="GO_LIVE"))


def _whole(document: Document, root: bytes) -> Issued:
    content = bytes_of(document)
    own = (document.number, document.record_sha256, document.code, document.unsigned_sha256)
    return Issued(document.template, *own, content, root)


def _volume(document: Document, root: bytes) -> Issued:
    volume = Volume.objects.get(document=document, number=1)
    with ZipFile(BytesIO(bytes_of(document))) as archive:
        content = archive.read("volumes/volume-001.pdf")
    own = (document.number, volume.record_sha256, document.code, volume.unsigned_sha256)
    return Issued(audit_pack.TEMPLATE, *own, content, root)
