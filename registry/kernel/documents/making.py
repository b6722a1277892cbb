"""Asking for a numbered document: frozen in the caller's transaction, or gathered by the worker that makes it.

What a few questions tell is frozen in the moment it is asked for (`freeze`). What takes long is only numbered then,
with everything by which it is found (`ask`), so that nobody who takes a number waits for another's thousand pages; the
worker gathers it (see `gathering`). From there both go the same way (see `issuing`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.documents import freezing
from registry.kernel.documents.models import Document, DocumentCounter, RenderingJob
from registry.kernel.nudge import nudge

ONE_PRESS = timedelta(seconds=1)

Build = Callable[[str, int], Mapping[str, Any]]


class Wanted(TypedDict, total=False):
    """What is asked for. `subject` is None for documents about no single record; `as_of` is the moment the record is
    shown at, if it is not `at`; `options` are compared with those of earlier documents, `selection` is not.
    """

    kind: Required[str]
    series: Required[str]
    title: Required[str]
    template: Required[str]
    subject: Required[models.Model | None]
    by: Required[models.Model]
    at: Required[datetime]
    as_of: datetime | None
    options: dict[str, Any]
    selection: dict[str, Any]
    correction: str


def freeze(*, build: Build, **wanted: Unpack[Wanted]) -> Document:
    """Number the document, freeze what `build(number, version)` says now, and ask the worker to print it.

    The same person asking for the same twice within a second meant it once and gets one document.
    """
    at = wanted["at"]
    with transaction.atomic():
        document = _numbered(wanted)
        if document._state.adding:
            frozen = build(document.number, freezing.version_of(document))
            freezing.put_in(document, frozen, at=at)
            with _asked(document):
                document.save()
                freezing.enter(document, frozen, at=at)
            _queue(document)
    return document


def ask(**wanted: Unpack[Wanted]) -> Document:
    """Number the document and leave it to the worker to gather its record; the same twice within a second is once."""
    with transaction.atomic():
        document = _numbered(wanted)
        if document._state.adding:
            with _asked(document):
                document.save()
            _queue(document)
    return document


def _asked(document: Document) -> Any:
    return acting(reason=_("Report %(number)s asked for") % {"number": document.number})


def _queue(document: Document) -> None:
    RenderingJob.objects.create(document=document)
    nudge("registry.tasks.render_documents")


def _numbered(wanted: Wanted) -> Document:
    """The document with the next number of its series, not saved yet; or the one that was asked for just now.

    The counter is locked until the transaction ends.
    """
    by, at, as_of, subject = wanted["by"], wanted["at"], wanted.get("as_of"), wanted["subject"]
    about = {
        "kind": wanted["kind"],
        "object_type": subject._meta.label_lower if subject is not None else "",
        "object_id": str(subject.pk) if subject is not None else "",
    }
    asked = {
        "options": wanted.get("options") or {},
        "correction": wanted.get("correction", "").strip(),
        "as_of": as_of or at,
    }
    counter = _locked_counter(wanted["series"])
    earlier = Document.objects.filter(**about).order_by("-id")
    repeated = _asked_just_now(earlier, asked, moment_given=as_of is not None, by=by, at=at)
    if repeated is not None:
        return repeated
    return Document(
        **about,
        **asked,
        number=_next_number(counter),
        title=wanted["title"][:300],
        template=wanted["template"],
        selection=wanted.get("selection") or {},
        requested_by_id=by.pk,
        requested_at=at,
        supersedes=_superseded(earlier, asked),
    )


def _superseded(earlier: models.QuerySet[Document], asked: Mapping[str, Any]) -> Document | None:
    """Of those that show no later moment, the one that shows the latest, whenever it was asked for."""
    shown = earlier.filter(options=asked["options"], as_of__lte=asked["as_of"])
    return shown.order_by("-as_of", "-id").first()


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
    earlier: models.QuerySet[Document], asked: Mapping[str, Any], *, moment_given: bool, by: models.Model, at: datetime
) -> Document | None:
    """Where no moment was given, the one that was gathered meanwhile shows a moment after it was asked for."""
    said = {name: asked[name] for name in ("options", "correction")}
    shown = {"as_of": asked["as_of"]} if moment_given else {"as_of__gte": F("requested_at")}
    recent = {"requested_by_id": by.pk, "requested_at__gt": at - ONE_PRESS, "requested_at__lte": at + ONE_PRESS}
    return earlier.filter(**said, **shown, **recent).first()


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
