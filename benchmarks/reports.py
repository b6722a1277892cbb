"""Printing an incident report of about forty pages as the worker does, against filling its template alone."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from benchmarks.timing import interleaved, line
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.printing import print_apart
from registry.kernel.documents.rendering import fill
from tests.documents.sample_record import sample_record

TEMPLATE = "documents/incident_report.html"
AT = datetime(2026, 4, 2, tzinfo=UTC)
TIMES = {"timeline": 3, "audit": 6, "evidence": 3, "actions": 2}
"""How often the long lists of the sample are repeated."""


def run() -> Iterator[str]:
    frozen = canonical(_long())
    sha256 = digest(frozen)
    about: dict[str, Any] = {"number": "IR-1", "sha256": sha256, "made_at": AT}
    printed: list[bytes] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = interleaved(
        3,
        floor=lambda: fill(TEMPLATE, frozen, **about),
        printed=lambda: printed.append(print_apart(TEMPLATE, frozen, **about)),
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    for name, found in times.items():
        yield line(name, found)
    computing = (used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime) / len(printed)
    yield (
        f"{len(PdfReader(BytesIO(printed[0])).pages)} pages; processor time of one printing {computing:.1f} s "
        f"(meant: 10 s at most), peak memory {used.ru_maxrss // 1024} MiB (meant: 300 at most)"
    )
    yield f"printed ÷ filled: {min(times['printed']) / min(times['floor']):.1f}"


def _long() -> dict[str, Any]:
    record = sample_record()
    return {**record, **{name: record[name] * often for name, often in TIMES.items()}}
