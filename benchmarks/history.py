"""What history and the site-wide index cost: bulk writing with and without them."""

import statistics
from collections.abc import Iterator

from django.db import transaction

from benchmarks.timing import interleaved, line
from registry.kernel.audit.bulk import create_many
from registry.models import Workflow

ROWS = 500


def rows(prefix: str) -> list[Workflow]:
    return [Workflow(slug=f"{prefix}-{n}", name=f"Workflow {n}", purpose="Sorts letters. " * 20) for n in range(ROWS)]


def rolled_back(write: object, prefix: str) -> None:
    with transaction.atomic():
        write(rows(prefix))  # type: ignore[operator]
        transaction.set_rollback(True)


def run() -> Iterator[str]:
    times = interleaved(
        12,
        floor=lambda: rolled_back(Workflow.objects.bulk_create, "bare"),
        recorded=lambda: rolled_back(create_many, "recorded"),
    )
    for name, found in times.items():
        yield line(f"{ROWS} rows, {name}", found)
    ratio = statistics.median(times["recorded"]) / statistics.median(times["floor"])
    yield f"with history and index ÷ without: {ratio:.2f}"
