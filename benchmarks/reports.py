"""Printing the sample incident report, against filling its template without laying it out."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.timing import interleaved, line
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.rendering import fill, render_pdf
from tests.documents.sample_record import sample_record

TEMPLATE = "documents/incident_report.html"
AT = datetime(2026, 4, 2, tzinfo=UTC)


def run() -> Iterator[str]:
    record = sample_record()
    frozen = canonical(record)
    sha256 = digest(frozen)
    times = interleaved(
        3,
        floor=lambda: fill(TEMPLATE, frozen, number="IR-1", sha256=sha256, made_at=AT),
        printed=lambda: render_pdf(TEMPLATE, record, number="IR-1", sha256=sha256, made_at=AT),
    )
    for name, found in times.items():
        yield line(name, found)
    yield f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"
