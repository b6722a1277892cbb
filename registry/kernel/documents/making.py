"""From a record to a numbered document: frozen in the caller's transaction, printed by the worker."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.models import Document, DocumentCounter, RenderingJob
from registry.kernel.documents.rendering import Stage, render_pdf
from registry.kernel.files import StoredFile, place_bytes
from registry.kernel.nudge import nudge

log = structlog.get_logger(__name__)

ABANDONED_AFTER = timedelta(minutes=10)
"""A claim older than this belongs to a worker that died; somebody else may take the job."""
GIVE_UP_AFTER = 3
PERCENT = {Stage.FILLED: 15, Stage.LAID_OUT: 80, Stage.WRITTEN: 95}


def next_number(series: str) -> str:
    """The next number of `series`, such as IR-2026-0007. The counter stays locked until the transaction ends."""
    DocumentCounter.objects.get_or_create(series=series)
    counter = DocumentCounter.objects.select_for_update().get(series=series)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{series}-{counter.last:04d}"


def freeze(
    *,
    kind: str,
    series: str,
    title: str,
    template: str,
    subject: models.Model,
    build: Callable[[str, int], Mapping[str, Any]],
    by: models.Model,
    at: datetime,
) -> Document:
    """Number the document, freeze what `build(number, version)` says now, and ask the worker to print it."""
    with transaction.atomic():
        number = next_number(series)
        earlier = Document.objects.filter(
            kind=kind, object_type=subject._meta.label_lower, object_id=str(subject.pk)
        ).order_by("-id")
        version = earlier.count() + 1
        content = canonical(build(number, version))
        sha256, _path = place_bytes(content)
        record, _created = StoredFile.objects.get_or_create(
            sha256=sha256,
            defaults={"size": len(content), "detected_type": "application/json", "stored_at": at},
        )
        with acting(reason=_("Report %(number)s asked for") % {"number": number}):
            document = Document.objects.create(
                kind=kind,
                number=number,
                title=title[:300],
                template=template,
                object_type=subject._meta.label_lower,
                object_id=str(subject.pk),
                as_of=at,
                record=record,
                requested_by_id=by.pk,
                requested_at=at,
                supersedes=earlier.first(),
            )
        RenderingJob.objects.create(document=document)
        nudge("registry.tasks.render_documents")
    return document


def render_waiting(*, at: Callable[[], datetime]) -> int:
    """Print what is waiting, one after the other; how many were printed."""
    made = 0
    while (document := _claim(at=at())) is not None:
        made += _render(document, at=at)
    return made


def _claim(*, at: datetime) -> Document | None:
    with transaction.atomic():
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - ABANDONED_AFTER)
        job = (
            RenderingJob.objects.select_for_update(skip_locked=True)
            .filter(free, document__status=Document.Status.QUEUED)
            .order_by("document_id")
            .first()
        )
        if job is None:
            return None
        if job.attempts >= GIVE_UP_AFTER:
            _fail(job.document, job.failure or _("The worker was stopped while it made this document."))
            return _claim(at=at)
        job.claimed_at, job.attempts, job.progress = at, job.attempts + 1, 5
        job.save(update_fields=["claimed_at", "attempts", "progress"])
        return Document.objects.select_related("record").get(pk=job.document_id)


def _render(document: Document, *, at: Callable[[], datetime]) -> bool:
    def progress(stage: Stage) -> None:
        RenderingJob.objects.filter(document=document).update(progress=PERCENT[stage])

    try:
        record = json.loads(document.record.path.read_bytes())
        content = render_pdf(
            document.template,
            record,
            number=document.number,
            sha256=document.record.sha256,
            made_at=document.requested_at,
            progress=progress,
        )
    except Exception as failure:
        log.exception("document not made", document=document.number)
        RenderingJob.objects.filter(document=document).update(
            failure=f"{type(failure).__name__}: {failure}"[:500], claimed_at=None
        )
        return False
    _finish(document, content, at=at())
    return True


def _finish(document: Document, content: bytes, *, at: datetime) -> None:
    """Keep the PDF. A second worker that printed the same record has the same bytes, so that order does not matter."""
    sha256, _path = place_bytes(content)
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.status == Document.Status.READY:
            return
        pdf, _created = StoredFile.objects.get_or_create(
            sha256=sha256,
            defaults={"size": len(content), "detected_type": "application/pdf", "stored_at": at},
        )
        locked.pdf, locked.ready_at, locked.status = pdf, at, Document.Status.READY
        with acting(reason=_("PDF made from the frozen record")):
            locked.save()
        RenderingJob.objects.filter(document=document).update(progress=100, failure="")


def _fail(document: Document, sentence: str) -> None:
    document.status = Document.Status.FAILED
    with acting(reason=sentence):
        document.save()


def try_again(document: Document, *, by: models.Model, at: datetime) -> None:
    """Queue a failed document once more. One that is waiting or ready is left alone."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.status != Document.Status.FAILED:
            return
        locked.status = Document.Status.QUEUED
        with acting(user_id=by.pk, reason=_("Asked to be made again")):
            locked.save()
        RenderingJob.objects.filter(document=locked).update(attempts=0, claimed_at=None, failure="", progress=0)
        nudge("registry.tasks.render_documents")
