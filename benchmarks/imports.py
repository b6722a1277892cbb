"""The whole import of the excerpt, history and all, against reading the file alone."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from benchmarks.timing import interleaved, line
from config.demo.inventory import EXCERPT, bring_in
from registry.models import User
from registry.sheets import load_shipped, open_sheet, parse_sheet


def read() -> None:
    with EXCERPT.open("rb") as file:
        parse_sheet(open_sheet(file, EXCERPT.name), load_shipped("federal-2024"))


def bring() -> None:
    by = User.objects.filter(email="bench@example.test").first() or User.objects.create_user(
        "bench@example.test", None, name="Bench", roles=["RISK"]
    )
    with transaction.atomic():
        bring_in(by=by, at=timezone.now())
        transaction.set_rollback(True)


def run() -> Iterator[str]:
    times = interleaved(5, floor=read, imported=bring)
    for name, found in times.items():
        yield line(f"200 rows, {name}", found)
    yield f"imported ÷ only read: {min(times['imported']) / min(times['floor']):.1f}"
