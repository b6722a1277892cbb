"""From a record to a numbered document: frozen in the caller's transaction, made by the worker (see `issuing`)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.documents import parts
from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.models import Document, DocumentCounter, RenderingJob, Volume
from registry.kernel.documents.packs import is_archive
from registry.kernel.files import keep_bytes
from registry.kernel.nudge import nudge

ONE_PRESS = timedelta(seconds=1)
FROZEN = "FROZEN"
"""The event by which a record's hash enters the ledger before anything is printed of it."""
ISSUED = "ISSUED"
"""The event by which the hashes of the finished file enter it."""


def freeze(
    *,
    kind: str,
    series: str,
    title: str,
    template: str,
    subject: models.Model | None,
    build: Callable[[str, int], Mapping[str, Any]],
    by: models.Model,
    at: datetime,
    as_of: datetime | None = None,
    options: dict[str, Any] | None = None,
    correction: str = "",
) -> Document:
    """Number the document, freeze what `build(number, version)` says now, and ask the worker to print it.

    `subject` is None for documents about no single record. `as_of` is the moment the record is shown at, if it
    is not `at`. The same person asking for the same twice within a second meant it once and gets one document.
    """
    about = {
        "kind": kind,
        "object_type": subject._meta.label_lower if subject is not None else "",
        "object_id": str(subject.pk) if subject is not None else "",
    }
    asked = {"options": options or {}, "correction": correction.strip(), "as_of": as_of or at}
    with transaction.atomic():
        counter = _locked_counter(series)
        earlier = Document.objects.filter(**about).order_by("-id")
        repeated = _asked_just_now(earlier, asked, moment_given=as_of is not None, by=by, at=at)
        if repeated is not None:
            return repeated
        number = _next_number(counter)
        frozen = build(number, earlier.count() + 1)
        record = keep_bytes(canonical(frozen), media_type="application/json", at=at)
        with acting(reason=_("Report %(number)s asked for") % {"number": number}):
            document = Document.objects.create(
                **about,
                **asked,
                number=number,
                title=title[:300],
                template=template,
                record=record,
                code=code_of(record.sha256),
                requested_by_id=by.pk,
                requested_at=at,
                supersedes=_superseded(earlier, asked),
            )
            note(
                FROZEN,
                at=at,
                object_type=document._meta.label_lower,
                object_id=document.pk,
                detail={"number": number, "sha256": record.sha256, "kind": kind, **_volumes(document, frozen)},
            )
        parts.enter(document, frozen)
        RenderingJob.objects.create(document=document)
        nudge("registry.tasks.render_documents")
    return document


def _superseded(earlier: models.QuerySet[Document], asked: Mapping[str, Any]) -> Document | None:
    """Of those that show no later moment, the one that shows the latest, whenever it was asked for."""
    shown = earlier.filter(options=asked["options"], as_of__lte=asked["as_of"])
    return shown.order_by("-as_of", "-id").first()


def _volumes(document: Document, frozen: Mapping[str, Any]) -> dict[str, list[str]]:
    """Of an archive: the record of each volume by its hash, so that the ledger binds each volume for itself too."""
    if not is_archive(frozen):
        return {}
    hashes = [volume["sha256"] for volume in frozen["archive"]["volumes"]]
    Volume.objects.bulk_create(
        Volume(document=document, number=number, record_sha256=sha256) for number, sha256 in enumerate(hashes, start=1)
    )
    return {"volumes": hashes}


def _locked_counter(series: str) -> DocumentCounter:
    """The counter of `series`, locked until the transaction ends, so that no number is missing or given twice."""
    DocumentCounter.objects.get_or_create(series=series)
    return DocumentCounter.objects.select_for_update().get(series=series)


def _next_number(counter: DocumentCounter) -> str:
    """The next number of a series, such as IR-2026-0007."""
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{counter.series}-{counter.last:04d}"


def _asked_just_now(
    earlier: models.QuerySet[Document], asked: dict[str, Any], *, moment_given: bool, by: models.Model, at: datetime
) -> Document | None:
    same = asked if moment_given else {**asked, "as_of": F("requested_at")}
    recent = {"requested_by_id": by.pk, "requested_at__gt": at - ONE_PRESS, "requested_at__lte": at + ONE_PRESS}
    return earlier.filter(**same, **recent).first()


def try_again(document: Document, *, by: models.Model, at: datetime) -> None:
    """Queue a failed document once more. One that is waiting or ready is left alone."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.status != Document.Status.FAILED:
            return
        locked.status = Document.Status.QUEUED
        with acting(user_id=by.pk, reason=_("Asked to be made again")):
            locked.save(update_fields=["status"])
        RenderingJob.objects.filter(document=locked).update(attempts=0, not_before=None, failure="", progress=0)
        nudge("registry.tasks.render_documents")
