"""From asked for to frozen, where a worker gathers the record: what stands before it, and what stops it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.kernel.documents import gathering
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.gathering import Gathering, NotGathered
from registry.kernel.documents.issuing import GIVE_UP_AFTER, render_waiting
from registry.kernel.documents.making import ask, try_again
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Document, RenderingJob
from tests import people
from tests.documents.issuing_world import TEMPLATE
from tests.documents.sample_record import empty_record

pytestmark = pytest.mark.django_db
KIND = "GATHERED"


def gatherer(work: Gathering) -> Mapping[str, Any]:
    record = empty_record()
    record["document"] |= {"number": work.document.number, "version": work.version, "made_at": work.at}
    return record


def refusing(work: Gathering) -> Mapping[str, Any]:
    raise NotGathered("Who asked for it has left.")


def broken(work: Gathering) -> Mapping[str, Any]:
    raise OSError("The disk is full.")


def asked(how: Callable[[Gathering], Mapping[str, Any]] = gatherer, **options: Any) -> Document:
    gathering.declare(KIND, how)
    wanted = {"kind": KIND, "series": "GA-2026", "title": "Sample", "template": TEMPLATE, "subject": None}
    return ask(**({"by": people.risk(), "at": timezone.now()} | wanted | options))  # type: ignore[arg-type]


def again(document: Document) -> Document:
    return Document.objects.select_related("record", "job").get(pk=document.pk)


def frozen_entries(document: Document) -> list[Any]:
    rows = AuditEntry.objects.filter(event="FROZEN", object_id=str(document.pk))
    return list(rows.values_list("detail", flat=True))


def test_asking_takes_a_number_and_says_nothing_yet() -> None:
    document = again(asked())
    assert (document.number, document.status, document.record, document.code) == ("GA-2026-0001", "QUEUED", None, "")
    assert (document.frozen_at, document.record_sha256, document.read_record()) == (None, "", b"")
    assert frozen_entries(document) == []


def test_the_worker_gathers_it_waits_for_the_ledger_and_issues_it() -> None:
    document = asked(at=timezone.now() - timedelta(minutes=5))
    assert render_waiting(at=timezone.now) == 0
    waiting = again(document)
    assert waiting.job.failure == "Waiting for the ledger's next checkpoint."
    assert waiting.code == code_of(waiting.record_sha256)
    assert frozen_entries(waiting) == [{"number": "GA-2026-0001", "sha256": waiting.record_sha256, "kind": KIND}]
    sequencing.advance()
    assert render_waiting(at=timezone.now) == 1
    assert len(frozen_entries(document)) == 1


def test_it_shows_the_moment_it_was_gathered_or_the_one_that_was_asked_for() -> None:
    at = timezone.now() - timedelta(minutes=5)
    now, then = asked(at=at), asked(at=at, as_of=at - timedelta(days=1), title="Then")
    render_waiting(at=timezone.now)
    now, then = again(now), again(then)
    assert now.as_of > at
    assert now.gathered_at == now.as_of
    assert then.as_of == at - timedelta(days=1)


def test_pressing_twice_gives_one_although_it_was_gathered_in_between() -> None:
    at = timezone.now()
    first = asked(at=at)
    render_waiting(at=timezone.now)
    assert asked(at=at + timedelta(seconds=0.5)).pk == first.pk
    assert asked(at=at + timedelta(seconds=2)).supersedes == first


def test_what_cannot_be_had_fails_at_once_with_its_sentence_and_may_be_tried_again() -> None:
    document = asked(refusing)
    render_waiting(at=timezone.now)
    failed = again(document)
    assert (failed.status, failed.job.failure, failed.job.attempts) == ("FAILED", "Who asked for it has left.", 1)
    gathering.declare(KIND, gatherer)
    try_again(failed, by=people.risk(), at=timezone.now())
    render_waiting(at=timezone.now)
    assert again(document).record is not None


def test_three_attempts_that_fail_are_all_there_are() -> None:
    document = asked(broken)
    for _sweep in range(GIVE_UP_AFTER + 1):
        render_waiting(at=timezone.now)
    failed = again(document)
    assert (failed.status, failed.job.failure, failed.record) == ("FAILED", "The disk is full.", None)


def test_attempts_at_gathering_are_not_held_against_printing() -> None:
    document = asked(broken)
    render_waiting(at=timezone.now)
    render_waiting(at=timezone.now)
    gathering.declare(KIND, gatherer)
    render_waiting(at=timezone.now)
    assert RenderingJob.objects.get(document=document).attempts == 0


def test_no_document_is_ready_or_has_a_code_without_a_record() -> None:
    document = asked()
    for change in ({"status": "READY"}, {"code": "AAAAA"}, {"gathered_at": timezone.now()}):
        with pytest.raises(IntegrityError, match="document_"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
