"""The offline verifier over 1,000,000 entries, against hashing the same bytes once with nothing else."""

import base64
import hashlib
import json
import statistics
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.timing import interleaved, line
from registry.kernel.ledger.merkle import EMPTY, fold, leaf

ENTRIES = 1_000_000
PERSONAL = 5
"""Every fifth entry commits to a personal value and has an opening."""
VERIFIER = Path(__file__).resolve().parents[1] / "docs" / "verify.py"
MOST_SECONDS, MOST_MEBIBYTES = 10, 200
# A child inherits the peak of its parent, so a small one stands between this process and the one that is measured.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss >> 10, used.ru_utime + used.ru_stime)
"""


def run() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        vkey = write_export(Path(folder), ENTRIES)
        size = (Path(folder) / "entries.bin").stat().st_size
        command = [sys.executable, "-I", "-S", str(VERIFIER), "ledger", folder, "--key", vkey]
        used: list[tuple[int, float]] = []
        times = interleaved(3, floor=lambda: hash_once(Path(folder)), verified=lambda: used.append(measured(command)))
    for name, found in times.items():
        yield line(name, found)
    ratio = statistics.median(times["verified"]) / statistics.median(times["floor"])
    yield f"{ENTRIES:,} entries, {size >> 20} MiB: {ratio:.1f} times the floor (limit {MOST_SECONDS} s)"
    yield f"processor time {min(seconds for _peak, seconds in used):.1f} s"
    yield f"peak memory {max(peak for peak, _seconds in used)} MiB (limit {MOST_MEBIBYTES} MiB)"


def hash_once(folder: Path) -> None:
    with (folder / "entries.bin").open("rb") as file:
        hashlib.file_digest(file, "sha256")


def measured(command: list[str]) -> tuple[int, float]:
    """Peak memory in MiB and processor seconds of a run that must succeed."""
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], check=True, capture_output=True, text=True)
    peak, seconds = done.stdout.split()
    return int(peak), float(seconds)


def write_export(folder: Path, count: int) -> str:
    """An export as an installation writes it; returns the key to check it with."""
    leaves = []
    with (folder / "entries.bin").open("wb") as entries, (folder / "openings.jsonl").open("w") as openings:
        for index in range(count):
            pii = {}
            if index % PERSONAL == 0:
                salt, value = hashlib.sha256(b"%d" % index).digest(), f"person{index}@example.org"
                pii = {"email": hashlib.sha256(salt + value.encode()).hexdigest()}
                openings.write(json.dumps({"i": index, "field": "email", "salt": salt.hex(), "value": value}) + "\n")
            payload = _payload(index, pii)
            entries.write(struct.pack(">I", len(payload)) + payload)
            leaves.append(leaf(payload))
    root = fold(leaves) if leaves else EMPTY
    name, private = "bench.example.org/log", Ed25519PrivateKey.generate()
    public = b"\x01" + private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    number = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    body = f"{name}\n{count}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(number + private.sign(body.encode())).decode()
    (folder / "checkpoint").write_text(f"{body}\n— {name} {signature}\n", encoding="utf-8")
    return f"{name}+{number.hex()}+{base64.b64encode(public).decode()}"


def _payload(index: int, pii: dict[str, str]) -> bytes:
    entry: dict[str, object] = {
        "h": index, "t": "incidents.timelineentry", "v": 1, "at": "2026-11-21T04:00:00.120000Z", "op": "~",
        "pk": str(index), "ts": "2026-11-21T04:00:00.123456Z", "tx": str(index * 3), "req": f"{index:032x}",
        "row": {"id": index, "kind": "DECISION", "text": "Rolled the prompt back and watched the error rate fall.",
                "author_id": index % 97, "is_pinned": False, "incident_id": index % 5000},
        "was": {"text": "Rolled the prompt back."}, "actor": index % 97, "login": "holdfast_app",
        "roles": ["COMMANDER", "RESPONDER"], "origin": "PAGE",
    }  # fmt: skip
    return json.dumps({**entry, "pii": pii} if pii else entry).encode()
