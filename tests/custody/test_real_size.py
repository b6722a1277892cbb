"""An upload of the size that evidence has, through the site as it runs: in bounded memory, and what comes is kept."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from incidents.models import Evidence
from tests import people, shipped
from tests.custody.serving import Site, answer_of, heading, parts_of, serving
from tests.custody.test_bad_uploads import fields
from tests.incidents import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MIB = 1024 * 1024
SIZE = 300 * MIB
MOST = 100 * MIB
"""Memory that the server may take beyond what it had before."""
SECONDS = 20


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    shipped.restore()
    folder = tmp_path / "site"
    folder.mkdir()
    with serving(folder) as running:
        yield running


def memory_of(site: Site) -> int:
    """Bytes of the server's own that are in memory now; pages of files do not count."""
    lines = Path(f"/proc/{site.process.pid}/status").read_text().splitlines()
    (resident,) = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return int(resident) * 1024


def watched(site: Site, over: Event, peaks: list[int]) -> None:
    while not over.wait(0.05):
        peaks.append(memory_of(site))


def test_three_hundred_megabytes_arrive_in_bounded_memory_and_are_kept(site: Site) -> None:
    incident, user = making.declared(), people.responder()
    piece, digest = os.urandom(MIB), hashlib.sha256()
    head, tail = parts_of(fields(), "trace.log")
    with site.connection() as line:
        # The first request loads what the site loads late.
        line.sendall(heading(f"/incidents/{incident.pk}/evidence/", user, 10) + b"x" * 10)
        answer_of(line)
    before, over, peaks = memory_of(site), Event(), [0]
    watching = Thread(target=watched, args=(site, over, peaks))
    watching.start()
    started = time.monotonic()
    try:
        with site.connection() as line:
            line.sendall(heading(f"/incidents/{incident.pk}/evidence/", user, len(head) + SIZE + len(tail)) + head)
            for number in range(SIZE // MIB):
                part = number.to_bytes(4, "big") + piece[4:]
                digest.update(part)
                line.sendall(part)
            line.sendall(tail)
            answer = answer_of(line)
    finally:
        over.set()
        watching.join()
    assert answer.startswith(b"HTTP/1.1 302"), answer[:2000]
    assert time.monotonic() - started < SECONDS
    assert max(peaks) - before < MOST
    stored = Evidence.objects.get().file
    assert stored is not None
    assert (stored.size, stored.sha256) == (SIZE, digest.hexdigest())
    (kept,) = site.files()
    assert kept.stat().st_size == SIZE
