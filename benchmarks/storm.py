"""Parallel writes while writers, the sequencer and PostgreSQL are killed: nothing may be lost or reordered.

BENCH_WRITES says how many writes; a million takes hours of a small machine.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.processes.storm import storm, verdict

WRITES = int(os.environ.get("BENCH_WRITES", "20000"))
WRITERS = 8
MANY, FEW_CRASHES, MANY_CRASHES = 100_000, 2, 5
"""A crash costs seconds until PostgreSQL is back: few writes are through before many would fit."""
LONGEST = 12 * 3600.0


def run() -> Iterator[str]:
    crashes = MANY_CRASHES if WRITES >= MANY else FEW_CRASHES
    with tempfile.TemporaryDirectory() as folder, storm(Path(folder)) as one:
        begun = time.monotonic()
        one.blow(writers=WRITERS, writes=WRITES, seconds=LONGEST, crashes=crashes, seed=1)
        lasted = time.monotonic() - begun
        one.manage("seal", "--once")
        found = verdict(one)
    yield (
        f"{found.acknowledged:,} acknowledged writes by {WRITERS} writers in {lasted:.0f} s, "
        f"{found.acknowledged / lasted:.0f} a second with all the kills; {found.entries:,} entries"
    )
    yield (
        f"killed: writers {one.kills['writer']}, the sequencer {one.kills['sequencer']}, "
        f"PostgreSQL {one.kills['postgres']}"
    )
    yield f"lost {found.lost}, reordered {found.reordered} (meant: none)"
    yield (
        f"twice {found.doubled}, places without entry {found.missing}, torn {found.torn} (meant: none); "
        f"signed root {'as' if found.is_signed else 'NOT as'} recomputed; {found.late:,} were committed late"
    )
