"""Several workers at the same moment share the files to read and the reviews to open, and do each once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from incidents.models import Evidence, RetentionReview
from incidents.services import evidence
from incidents.services.damage import Alarm
from incidents.services.retention_due import open_reviews
from registry.kernel.files import keep_bytes
from registry.kernel.storage import checking
from registry.models import Notice
from tests import people, shipped
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[], int], workers: int = 4) -> list[int]:
    together = Barrier(workers)

    def one() -> int:
        try:
            together.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return [future.result() for future in [pool.submit(one) for _worker in range(workers)]]


def test_each_file_is_read_by_one_of_them() -> None:
    shipped.restore()
    for number in range(40):
        keep_bytes(b"x" * number * 100, media_type="text/plain", at=timezone.now())
    counts = at_once(lambda: checking.sweep(Alarm(), clock=timezone.now).examined)
    assert sum(counts) == 40


def test_each_piece_gets_one_review_and_risk_one_notice() -> None:
    shipped.restore()
    people.risk()
    incident = making.declared()
    today = timezone.localdate()
    for number in range(20):
        upload = making.upload(f"log {number}\n".encode())
        piece = evidence.add_file(
            incident, by=incident.declared_by, upload=upload, **making.about(title=f"Log {number}")
        )
        piece.is_on_hold, piece.keep_until = False, today - timedelta(days=1)
        piece.save()
    incident.refresh_from_db()
    incident.state = "CLOSED"
    incident.save()
    assert Evidence.objects.count() == 20
    assert sum(at_once(lambda: open_reviews(at=timezone.now()))) == 20
    assert RetentionReview.objects.filter(state="DUE").count() == 20
    assert 1 <= Notice.objects.filter(kind="RETENTION").count() <= 20
    open_reviews(at=after(10_000_000))
    newest = RetentionReview.objects.order_by("-pk")[0]
    assert Notice.objects.filter(key=f"retention-{newest.pk}-{people.risk().pk}").count() == 1
