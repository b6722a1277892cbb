"""A hundred thousand affected outputs: brought in with their history, decided at once, and the room that holds them."""

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.timing import line, seconds
from incidents.models import AffectedOutput, Incident, OutputList
from incidents.services import declaring
from incidents.services.outputs import bringing, deciding, dividing, many, writing
from registry.kernel.files import HashedUpload
from registry.kernel.http.moments import written
from registry.models import User

IDS = 100_000


def lead() -> User:
    known = User.objects.filter(email="outputs@example.test").first()
    return known or User.objects.create_user("outputs@example.test", None, name="Outputs", roles=["RESPONDER", "RISK"])


def file_of(ids: int) -> HashedUpload:
    rows = "".join(
        f"CL-{number:07d},2026-01-01T08:00:00Z,Declined: score below the limit,https://claims.example.test/{number},"
        f"Segment {number % 12},0.{number % 100:02d}\n"
        for number in range(ids)
    )
    content = f"id,produced_at,preview,link,segment,score\n{rows}".encode()
    sink = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
    sink.write(content)
    sink.flush()
    return HashedUpload(sink, "ids.csv", "text/csv", len(content), hashlib.sha256(content).hexdigest())


def room() -> Incident:
    by = lead()
    begun = timezone.now() - timedelta(hours=1)
    return declaring.declare(by=by, at=begun, title="Measured", summary="Measured", workflow=None)


def pages(incident: Incident) -> Iterator[str]:
    client = Client()
    client.force_login(lead())
    first = AffectedOutput.objects.filter(incident=incident).order_by("pk").values_list("pk", flat=True)[0]
    for name, url in (
        ("the room", f"/incidents/{incident.pk}/"),
        ("list of outputs", f"/incidents/{incident.pk}/outputs/"),
        ("list, one segment", f"/incidents/{incident.pk}/outputs/?segment=Segment+3&decision=UNDECIDED"),
        ("the last page of the list", f"/incidents/{incident.pk}/outputs/?page={IDS // 50}"),
        ("the desk", f"/outputs/{first}/?of=mine"),
        ("the room as of a moment ago", f"/incidents/{incident.pk}/?at={written(timezone.now())}"),
    ):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        own = [each for each in asked.captured_queries if "usersessions_" not in each["sql"]]
        times = [seconds(lambda url=url: client.get(url)) for _round in range(15)]  # type: ignore[misc]
        yield line(f"{name} ({len(own)} queries)", times)


def run() -> Iterator[str]:
    incident, by = room(), lead()
    now = timezone.now()
    upload = file_of(IDS)
    received = seconds(lambda: bringing.bring_file(incident, by=by, at=now, upload=upload))
    made = OutputList.objects.get(incident=incident)
    yield f"{IDS:,} ids checked and taken while the person waits: {received:.1f} s"
    took = seconds(lambda: writing.write(made.pk, clock=timezone.now))
    yield f"written by the worker, history and log with it: {took:.1f} s"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_affectedoutput")
    rows = AffectedOutput.objects.filter(incident=incident)
    yield f"shared out: {seconds(lambda: dividing.divide(incident, rows, among=[by], by=by, at=now)):.1f} s"
    yield from pages(incident)
    some = iter(rows.order_by("pk")[:40])
    one = [
        seconds(lambda: deciding.decide(next(some), by=by, at=timezone.now(), decision="UNAFFECTED"))
        for _n in range(40)
    ]
    yield line("one decided", one)
    segment = rows.filter(segment="Segment 1")
    decided = seconds(
        lambda: many.decide_many(incident, segment, by=by, at=timezone.now(), decision="AFFECTED", reason="Measured")
    )
    yield f"{segment.count():,} decided at once: {decided:.1f} s"
