"""The control plane: answers a second beside a bare echo, from commit to every process, streams, and many workflows.

The load comes from `wrk` where it is installed, on the same cores as the two web processes and PostgreSQL. The floor is
an application of six lines on the same server in the same run, which reads a body and answers it.
"""

import hashlib
import http.client
import json
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
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
from tests.control.clients import FOLDER, running
from tests.processes.conftest import database_url

PROCESSES, WORKFLOWS, ROUNDS = 2, 500, 3
MANY = int(os.environ.get("BENCH_WORKFLOWS", "100000"))
SECONDS = 6
SECRET = "benchmark"
FLAGS = "/ofrep/v1/evaluate/flags"
ECHO = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
"""
POST = 'wrk.method = "POST"\nwrk.body = \'{"context":{"targetingKey":"runner-1"}}\'\n'


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
        _wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def run() -> Iterator[str]:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "echo.py").write_text(ECHO)
        (folder / "post.lua").write_text(POST + f'wrk.headers["Authorization"] = "Bearer {SECRET}-0"\n')
        _world(WORKFLOWS)
        yield from _answers(folder)
        yield from _flips(folder)
        yield from _streams(folder)
        yield from _many(folder)


def _answers(folder: Path) -> Iterator[str]:
    if shutil.which("wrk") is None:
        yield "wrk is not installed: no figures of answers a second"
        return
    with serving("echo:app", folder) as (floor, _echo), serving("config.asgi:application", folder) as (port, process):
        tag = _ask(http.client.HTTPConnection("127.0.0.1", port))[1]
        (folder / "same.lua").write_text(
            (folder / "post.lua").read_text() + f"wrk.headers[\"If-None-Match\"] = '{tag}'\n"
        )
        single = f"http://127.0.0.1:{port}{FLAGS}/wf.bench-0.mode"
        found: dict[str, list[tuple[float, float, float]]] = {"echo": [], "single": [], "bulk 304": []}
        for _round in range(ROUNDS):
            found["echo"].append((*_wrk(f"http://127.0.0.1:{floor}/", folder / "post.lua"), 0.0))
            for kind, url, script in (
                ("single", single, "post.lua"),
                ("bulk 304", f"http://127.0.0.1:{port}{FLAGS}", "same.lua"),
            ):
                before = _cpu(process.pid)
                rate, p99 = _wrk(url, folder / script)
                found[kind].append((rate, p99, (_cpu(process.pid) - before) / (rate * SECONDS) * 1e6))
        base = statistics.median(rate for rate, _p99, _cpu_each in found["echo"])
        for kind, rounds in found.items():
            rates = [rate for rate, _p99, _each in rounds]
            p99 = statistics.median(p99 for _rate, p99, _each in rounds)
            each = statistics.median(each for _rate, _p99, each in rounds)
            yield (
                f"{kind:<10} {statistics.median(rates):8,.0f} a second, {statistics.median(rates) / base:4.2f} times "
                f"the echo, p99 {p99:5.1f} ms, {each:5.0f} µs of processor time each, "
                f"spread {max(rates) / min(rates):.1f}×"
            )


def _flips(folder: Path) -> Iterator[str]:
    with serving("config.asgi:application", folder) as (port, _process):
        lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _number in range(16)]
        for line in lines:
            _ask(line)
        took = []
        for _attempt in range(100):
            revision = _flip()
            committed = time.perf_counter()
            waiting = set(lines)
            while waiting:
                waiting = {line for line in waiting if not _ask(line)[1].startswith(f'"{revision}-')}
            took.append(time.perf_counter() - committed)
        yield f"commit to all processes, idle: {_spread(took)}"
        stale = stale_told = 0
        for attempt in range(1000):
            revision = _flip()
            line = lines[attempt % 16]
            if attempt % 2:
                stale_told += not _ask(line, f"?flagConfigEtag=%22{revision}-x%22")[1].startswith(f'"{revision}-')
            else:
                stale += not _ask(line)[1].startswith(f'"{revision}-')
        yield f"read at once after the commit: {stale} of 500 stale, {stale_told} of 500 that carried the revision"
        if shutil.which("node") and (FOLDER / "node_modules").is_dir():
            yield from _browsers(port)


def _browsers(port: int) -> Iterator[str]:
    flag = "wf.bench-0.mode"
    with running("browser.mjs", f"http://127.0.0.1:{port}", f"{SECRET}-0", flag, "20") as client:
        client.until(lambda line: line.get("ready") == 20, 60)
        time.sleep(2)
        took: list[float] = []
        for attempt in range(20):
            mode = ("review", "human")[attempt % 2]
            _flip(mode)
            committed = time.time() * 1000
            seen: set[int] = set()
            while len(seen) < 20:
                line = client.next()
                if line.get("value") == mode and line["client"] not in seen:
                    seen.add(line["client"])
                    took.append(line["at"] - committed)
            time.sleep(0.2)
        yield f"commit to value in 20 browser clients: {_spread([each / 1000 for each in took])}"


def _streams(folder: Path, count: int = 2000) -> Iterator[str]:
    with serving("config.asgi:application", folder) as (port, process):
        before = _memory(process.pid)
        line = http.client.HTTPConnection("127.0.0.1", port)
        address = json.loads(_ask(line)[2])["eventStreams"][0]["endpoint"]["requestUri"]
        request = f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        streams = []
        for _number in range(count):
            stream = socket.create_connection(("127.0.0.1", port))
            stream.sendall(request)
            streams.append(stream)
        for stream in streams:
            stream.recv(4096)
        held = _memory(process.pid)
        revision, begun = _flip(), time.perf_counter()
        for stream in streams:
            received = b""
            while f'"{revision}-'.encode() not in received.replace(b"\\", b""):
                received += stream.recv(4096)
        took = time.perf_counter() - begun
        ended = time.perf_counter()
        process.terminate()
        process.wait(30)
        stopping = time.perf_counter() - ended
    yield (
        f"{count:,} open streams: {held - before:.0f} MiB more ({held:.0f} in {PROCESSES} processes), all told "
        f"{took * 1000:.0f} ms after the commit, stopped in {stopping:.1f} s"
    )


def _many(folder: Path) -> Iterator[str]:
    few = _flip_times(folder)
    _world(MANY)
    begun = time.perf_counter()
    with serving("config.asgi:application", folder, 1) as (port, process):
        started = time.perf_counter() - begun
        memory = _memory(process.pid)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        many = _times(line)
    yield (
        f"{MANY:,} workflows with a key: up after {started:.1f} s, {memory:.0f} MiB in one process; a flip is seen "
        f"after {_spread(many)}, {statistics.median(many) / statistics.median(few):.1f} times the one among {WORKFLOWS}"
    )


def _flip_times(folder: Path) -> list[float]:
    with serving("config.asgi:application", folder, 1) as (port, _process):
        return _times(http.client.HTTPConnection("127.0.0.1", port, timeout=30))


def _times(line: http.client.HTTPConnection) -> list[float]:
    took = []
    for _attempt in range(40):
        revision, begun = _flip(), time.perf_counter()
        while not _ask(line)[1].startswith(f'"{revision}-'):
            pass
        took.append(time.perf_counter() - begun)
        time.sleep(0.05)
    return took


def _world(count: int) -> None:
    """So many workflows, each with a key."""
    if not User.objects.exists():
        for number in range(2):
            User.objects.create_user(f"{number}@example.test", "x" * 20, name=f"Person {number}", roles=["RISK"])
    have = Workflow.objects.filter(slug__startswith="bench-").count()
    at = timezone.now()
    with transaction.atomic(), acting(reason="Benchmark"):
        new = [Workflow(slug=f"bench-{n}", name=f"Bench {n}", stage="PILOT") for n in range(have, count)]
        made = create_many(new, batch_size=2000)
        keys = [
            ControlToken(
                workflow=workflow, name="Benchmark", prefix="hfc_", created_at=at,
                digest=hashlib.sha256(f"{SECRET}-{n}".encode()).hexdigest(),
            )
            for n, workflow in enumerate(made, have)
        ]  # fmt: skip
        create_many(keys, batch_size=2000)


def _flip(mode: str = "killed") -> int:
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


def _ask(line: http.client.HTTPConnection, query: str = "") -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {SECRET}-0", "Content-Type": "application/json"}
    try:
        line.request("POST", FLAGS + query, b"{}", headers)
        answer = line.getresponse()
    except (http.client.RemoteDisconnected, BrokenPipeError):
        line.close()
        line.request("POST", FLAGS + query, b"{}", headers)
        answer = line.getresponse()
    return answer.status, answer.getheader("etag") or "", answer.read()


def _wait(port: int) -> None:
    for _attempt in range(1200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if line.recv(20):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not come up.")


def _wrk(url: str, script: Path) -> tuple[float, float]:
    """Answers a second, and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return rate, float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    last = ordered[max(0, round(len(ordered) * 0.99) - 1)]
    return f"median {statistics.median(seconds) * 1000:.0f} ms, p99 {last * 1000:.0f} ms"


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and those it started."""
    ticks = 0
    for each in _family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    """MiB, what is shared counted once for each."""
    found: list[Any] = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{each}/status").read_text()) for each in _family(pid)]
    return sum(int(match[1]) for match in found if match) / 1024
