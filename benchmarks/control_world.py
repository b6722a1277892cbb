"""What the control plane is measured with: servers, workflows with keys, flips, questions, and what processes use."""

import hashlib
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from registry.kernel.audit.bulk import create_many
from registry.kernel.audit.context import acting
from registry.models import ControlToken, Restriction, User, Workflow
from registry.services.restrictions import next_revision
from tests.processes.conftest import database_url

PROCESSES = 2
SECONDS = 6
AT_ONCE = 10_000
"""Workflows that are made in one transaction."""
SECRET = "benchmark"
FLAGS = "/ofrep/v1/evaluate/flags"


@contextmanager
def serving(
    application: str, folder: Path, processes: int = PROCESSES
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    command += ["--backlog", "4096", "--workers", str(processes)]
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "HOLDFAST_MODE": "local",
        "DATABASE_URL": database_url(), "CONTROL_FOLDER": str(folder / "control"),
        "PYTHONPATH": f"{folder}:{settings.BASE_DIR}", "SECRET_KEY": settings.SECRET_KEY,
    }  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def world(count: int) -> None:
    """So many workflows, each with a key."""
    if not User.objects.exists():
        for number in range(2):
            User.objects.create_user(f"{number}@example.test", "x" * 20, name=f"Person {number}", roles=["RISK"])
    have = Workflow.objects.filter(slug__startswith="bench-").count()
    for start in range(have, count, AT_ONCE):
        _more(start, min(start + AT_ONCE, count))


def _more(start: int, end: int) -> None:
    at = timezone.now()
    with transaction.atomic(), acting(reason="Benchmark"):
        new = [Workflow(slug=f"bench-{n}", name=f"Bench {n}", stage="PILOT") for n in range(start, end)]
        made = create_many(new, batch_size=2000)
        keys = [
            ControlToken(
                workflow=workflow, name="Benchmark", prefix="hfc_", created_at=at,
                digest=hashlib.sha256(f"{SECRET}-{n}".encode()).hexdigest(),
            )
            for n, workflow in enumerate(made, start)
        ]  # fmt: skip
        create_many(keys, batch_size=2000)


def flip(mode: str = "killed") -> int:
    """A restriction put in force and the one before taken back, as the services do; the revision of the last change."""
    first, second = User.objects.order_by("pk")[:2]
    at = timezone.now()
    with transaction.atomic(), acting(user_id=first.pk, reason="Benchmark"):
        workflow = Workflow.objects.get(slug="bench-0")
        before = Restriction.objects.filter(workflow=workflow).in_force().first()
        if before is not None:
            before.release_asked_by, before.release_asked_at, before.release_reason = first, at, "Benchmark"
            before.released_by, before.released_at = second, at
            before.release_revision = next_revision()
            before.save()
        made = Restriction.objects.create(
            workflow=workflow, name="Bench", effect={"mode": mode}, source="DRILL", reason="Benchmark",
            applied_by=first, applied_at=at, revision=next_revision(),
        )  # fmt: skip
    return made.revision


def ask(line: http.client.HTTPConnection, query: str = "") -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {SECRET}-0", "Content-Type": "application/json"}
    try:
        line.request("POST", FLAGS + query, b"{}", headers)
        answer = line.getresponse()
    except (http.client.RemoteDisconnected, BrokenPipeError):
        line.close()
        line.request("POST", FLAGS + query, b"{}", headers)
        answer = line.getresponse()
    return answer.status, answer.getheader("etag") or "", answer.read()


def wait(port: int) -> None:
    for _attempt in range(1200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if line.recv(20):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not come up.")


def wrk(url: str, script: Path) -> tuple[float, float]:
    """Answers a second, and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return rate, float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    last = ordered[max(0, round(len(ordered) * 0.99) - 1)]
    return f"median {statistics.median(seconds) * 1000:.0f} ms, p99 {last * 1000:.0f} ms"


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def cpu(pid: int) -> float:
    """Seconds of processor time of a process and those it started."""
    ticks = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """MiB, what is shared counted once for each."""
    found: list[Any] = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{each}/status").read_text()) for each in family(pid)]
    return sum(int(match[1]) for match in found if match) / 1024
