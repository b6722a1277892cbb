"""A pack of many volumes against one of few: time for each page must stay, and so must memory."""

import hashlib
import os
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.timing import seconds
from registry.kernel.documents import aside, packs
from registry.kernel.documents.canonical import canonical, digest
from reviews.reports.audit_pack import TEMPLATE
from reviews.reports.volumes import PAGES, in_volumes

AT = datetime(2026, 11, 21, tzinfo=UTC)
PROOFS = b'{"checkpoint": "bench\\n1\\nroot"}'
FEW, MANY = 1, int(os.environ.get("BENCH_VOLUMES", "5"))
"""Volumes of about forty pages; BENCH_VOLUMES=25 makes a pack of a thousand."""


def run() -> Iterator[str]:
    taken: dict[int, float] = {}
    for volumes in (FEW, MANY):
        with aside.opened() as lying:
            record = _pack(volumes, lying)
        sha256 = digest(canonical(record))
        taken[volumes] = seconds(lambda record=record, sha256=sha256: _made(record, sha256))  # type: ignore[misc]
        here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        printing = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        yield (
            f"{volumes:>3} volumes of about {PAGES} pages {taken[volumes]:8.1f} s   "
            f"peak memory here {here} MiB, of the printing process {printing} MiB"
        )
    yield f"time of a volume among many / alone: {taken[MANY] / MANY / taken[FEW] * FEW:.2f}"


def _made(record: dict[str, Any], sha256: str) -> None:
    press = packs.Press("AP-1", sha256, AT, proofs_of=lambda _frozen: PROOFS, sign=lambda unsigned: unsigned)
    packs.make(record, press, at=AT)


def _pack(volumes: int, lying: aside.Aside) -> dict[str, Any]:
    head = {"number": "AP-1", "version": 1, "made_at": AT, "made_by": "Benchmark", "organisation": "Bench",
            "product": "Holdfast", "is_demo": False, "as_of": AT, "verify_url": None,
            "visibility": {"code": "RESTRICTED", "label": "Auditors and risk"}}  # fmt: skip
    base = {"schema": "holdfast.audit-pack/1", "language": "en-gb", "document": head, "about": {}, "overview": None}
    named = []
    portions = in_volumes((_line(place) for place in range(volumes * 2000)), PAGES)
    for number, told in zip(range(2, volumes + 2), portions, strict=False):
        place = {"number": number, "first": told[0]["index"], "last": told[-1]["index"]}
        named.append(lying.volume(number, {**base, "volume": place, "lines": told}, template=TEMPLATE))
    list(lying.keep(at=AT))
    archive = {"volumes": named, "files": [], "entries": [], "checkpoint": None, "about": {"volumes": volumes}}
    return {**base, "archive": archive}


def _line(place: int) -> dict[str, Any]:
    changes = [
        {"field": "Stage", "before": "Pilot", "after": "Production"},
        {"field": "Purpose", "before": "Sorts claims", "after": "Sorts new claims into pay, decline or refer."},
    ]
    return {
        "index": place, "at": AT, "by": "Hannah Osei", "role": "Risk and compliance",
        "object": "workflow Claims triage assistant", "kind": "~", "action": "Changed", "changes": changes,
        "details": [], "reason": "The pilot ended well.", "origin": "page 12ab34cd56ef",
        "entry": {"id": place, "leaf_hash": hashlib.sha256(str(place).encode()).hexdigest()},
    }  # fmt: skip
