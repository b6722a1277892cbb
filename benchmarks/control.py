"""The control plane: answers a second beside a bare echo, from commit to every process, streams, and many workflows.

The load comes from `wrk` where it is installed, on the same cores as the two web processes and PostgreSQL. The floor is
an application of six lines on the same server in the same run, which reads a body and answers it.
"""

import http.client
import json
import os
import resource
import shutil
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from benchmarks.control_world import (
    FLAGS,
    PROCESSES,
    SECONDS,
    SECRET,
    ask,
    cpu,
    flip,
    memory,
    serving,
    spread,
    world,
    wrk,
)
from tests.control.clients import FOLDER, running

WORKFLOWS, ROUNDS = 500, 3
MANY = int(os.environ.get("BENCH_WORKFLOWS", "100000"))
ECHO = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
"""
POST = 'wrk.method = "POST"\nwrk.body = \'{"context":{"targetingKey":"runner-1"}}\'\n'


def run() -> Iterator[str]:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "echo.py").write_text(ECHO)
        (folder / "post.lua").write_text(POST + f'wrk.headers["Authorization"] = "Bearer {SECRET}-0"\n')
        world(WORKFLOWS)
        yield from _answers(folder)
        yield from _flips(folder)
        yield from _streams(folder)
        yield from _many(folder)


def _answers(folder: Path) -> Iterator[str]:
    if shutil.which("wrk") is None:
        yield "wrk is not installed: no figures of answers a second"
        return
    with serving("echo:app", folder) as (floor, _echo), serving("config.asgi:application", folder) as (port, process):
        tag = ask(http.client.HTTPConnection("127.0.0.1", port))[1]
        (folder / "same.lua").write_text(
            (folder / "post.lua").read_text() + f"wrk.headers[\"If-None-Match\"] = '{tag}'\n"
        )
        single = f"http://127.0.0.1:{port}{FLAGS}/wf.bench-0.mode"
        found: dict[str, list[tuple[float, float, float]]] = {"echo": [], "single": [], "bulk 304": []}
        for _round in range(ROUNDS):
            found["echo"].append((*wrk(f"http://127.0.0.1:{floor}/", folder / "post.lua"), 0.0))
            for kind, url, script in (
                ("single", single, "post.lua"),
                ("bulk 304", f"http://127.0.0.1:{port}{FLAGS}", "same.lua"),
            ):
                before = cpu(process.pid)
                rate, p99 = wrk(url, folder / script)
                found[kind].append((rate, p99, (cpu(process.pid) - before) / (rate * SECONDS) * 1e6))
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
            ask(line)
        took = []
        for _attempt in range(100):
            revision = flip()
            committed = time.perf_counter()
            waiting = set(lines)
            while waiting:
                waiting = {line for line in waiting if not ask(line)[1].startswith(f'"{revision}-')}
            took.append(time.perf_counter() - committed)
        yield f"commit to all processes, idle: {spread(took)}"
        stale = stale_told = 0
        for attempt in range(250):
            revision = flip()
            stale += not ask(lines[attempt % 16])[1].startswith(f'"{revision}-')
            tag = _first_told(lines[attempt % 16], revision)
            for line in lines[:4]:
                stale_told += ask(line, f"?flagConfigEtag={quote(tag)}")[1] != tag
        yield f"read at once: {stale_told} of 1,000 that carried the revision were stale, {stale} of 250 that did not"
        if shutil.which("node") and (FOLDER / "node_modules").is_dir():
            yield from _browsers(port)


def _first_told(line: http.client.HTTPConnection, revision: int) -> str:
    """The entity tag of a revision, as whoever is told first learns it."""
    while not (tag := ask(line)[1]).startswith(f'"{revision}-'):
        pass
    return tag


def _browsers(port: int) -> Iterator[str]:
    flag = "wf.bench-0.mode"
    with running("browser.mjs", f"http://127.0.0.1:{port}", f"{SECRET}-0", flag, "20") as client:
        client.until(lambda line: line.get("ready") == 20, 60)
        time.sleep(2)
        took: list[float] = []
        for attempt in range(20):
            mode = ("review", "human")[attempt % 2]
            flip(mode)
            committed = time.time() * 1000
            seen: set[int] = set()
            while len(seen) < 20:
                line = client.next()
                if line.get("value") == mode and line["client"] not in seen:
                    seen.add(line["client"])
                    took.append(line["at"] - committed)
            time.sleep(0.2)
        yield f"commit to value in 20 browser clients: {spread([each / 1000 for each in took])}"


def _streams(folder: Path, count: int = 2000) -> Iterator[str]:
    with serving("config.asgi:application", folder) as (port, process):
        before = memory(process.pid)
        line = http.client.HTTPConnection("127.0.0.1", port)
        address = json.loads(ask(line)[2])["eventStreams"][0]["endpoint"]["requestUri"]
        request = f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        streams = []
        for _number in range(count):
            stream = socket.create_connection(("127.0.0.1", port))
            stream.sendall(request)
            streams.append(stream)
        for stream in streams:
            stream.recv(4096)
        held = memory(process.pid)
        revision, begun = flip(), time.perf_counter()
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
    world(MANY)
    begun = time.perf_counter()
    with serving("config.asgi:application", folder, 1) as (port, process):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while ask(line)[0] != 200:
            time.sleep(0.05)
        started = time.perf_counter() - begun
        held = memory(process.pid)
        many = _times(line)
    yield (
        f"{MANY:,} workflows with a key: up after {started:.1f} s, {held:.0f} MiB in one process; a flip is seen "
        f"after {spread(many)}, {statistics.median(many) / statistics.median(few):.1f} times the one among {WORKFLOWS}"
    )


def _flip_times(folder: Path) -> list[float]:
    with serving("config.asgi:application", folder, 1) as (port, _process):
        return _times(http.client.HTTPConnection("127.0.0.1", port, timeout=30))


def _times(line: http.client.HTTPConnection) -> list[float]:
    took = []
    for _attempt in range(40):
        revision, begun = flip(), time.perf_counter()
        while not ask(line)[1].startswith(f'"{revision}-'):
            pass
        took.append(time.perf_counter() - begun)
        time.sleep(0.05)
    return took
