"""Changes of many at 100,000 workflows, with their whole history: a bulk edit of 1,000, an import of 10,000.

Each is taken back, so that the data stay what they were. The floor is the bare SQL that writes the same rows.
"""

import csv
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.timing import line, seconds
from config.demo.inventory import EXCERPT, bring_in
from registry.models import User, Workflow
from registry.services import changing

EDITED, IMPORTED = 1_000, 10_000
ROUNDS = 3
BARE = """
CREATE TEMPORARY TABLE bare ON COMMIT DROP AS SELECT * FROM registry_workflow ORDER BY id LIMIT {n};
UPDATE bare SET topic = 'Bench', version = version + 1;
CREATE TEMPORARY TABLE bare_history ON COMMIT DROP AS
    SELECT * FROM registry_historicalworkflow ORDER BY history_id LIMIT {n}
"""
"""As many rows and rows of history, where nothing guards them."""


def run(by: User) -> Iterator[str]:
    rows = dict(Workflow.objects.exclude(stage="RETIRED").order_by("pk").values_list("pk", "version")[:EDITED])
    edit: dict[str, Callable[[], object]] = {
        "bare": partial(execute, BARE.format(n=EDITED)),
        f"bulk edit of {EDITED:,}": partial(edited, rows, by),
    }
    yield from times("bulk edit, limit 3 s", edit, 3)
    with tempfile.TemporaryDirectory() as folder:
        file = multiplied(Path(folder) / "inventory.csv")
        bring: dict[str, Callable[[], object]] = {
            "bare": partial(execute, BARE.format(n=IMPORTED)),
            f"import of {IMPORTED:,}": partial(bring_in, by=by, at=timezone.now(), file=file),
        }
        yield from times("import, limit 30 s", bring, 30, rounds=1)


def edited(rows: dict[int, int], by: User) -> None:
    changing.apply(rows, {"topic": "Bench"}, by=by, at=timezone.now(), reason="Measured.")


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def multiplied(path: Path) -> Path:
    """The excerpt again and again, each entry under a name of its own: that is what it is known by."""
    with EXCERPT.open(newline="", encoding="cp1252") as source, path.open("w", newline="", encoding="cp1252") as file:
        head, *entries = csv.reader(source)
        to = csv.writer(file)
        to.writerow(head)
        for n in range(IMPORTED):
            entry = list(entries[n % len(entries)])
            entry[0] += f" {n // len(entries)}"
            to.writerow(entry)
    return path


def times(title: str, works: dict[str, Callable[[], object]], limit: float, *, rounds: int = ROUNDS) -> Iterator[str]:
    """What is waited for until commit is part of the time: the guards compare rows and history there."""
    yield title
    found: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            found[name].append(seconds(partial(_taken_back, work)))
    bare, *_own = found.values()
    for name, measured in list(found.items())[1:]:
        over = "  OVER" if max(measured) > limit else ""
        yield f"  {line(name, measured)}   ÷ bare {statistics.median(measured) / statistics.median(bare):6.1f}{over}"


def _taken_back(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
