"""A room with 200 people in it: from commit to the last of them, and what that takes of one core.

The floor is an application of a few lines on the same server in the same run, which holds as many streams open and
sends each the same number of bytes when it is told to: what the server itself takes to write to so many.
"""

import http.client
import resource
import select
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.test import Client
from django.utils import timezone

from benchmarks.control_world import cpu, memory, serving, spread
from incidents.models import Incident
from incidents.services import declaring, timeline
from registry.models import Role, User

PEOPLE: Final = 200
ENTRIES: Final = 30
EVERY: Final = 1.0
"""Seconds between two entries: a very busy room."""
MARK: Final = b"event: entries"
FLOOR: Final = """
import asyncio
waiting, told = [], asyncio.Event()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/tell":
        size = int(scope["query_string"])
        for queue in waiting:
            queue.put_nowait(b"data: " + b"x" * size + b"\\n\\n")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    queue = asyncio.Queue()
    waiting.append(queue)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    async def leaving():
        while (await receive())["type"] != "http.disconnect":
            pass
        queue.put_nowait(None)
    task = asyncio.ensure_future(leaving())
    while (piece := await queue.get()) is not None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
"""


def run() -> Iterator[str]:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "floor.py").write_text(FLOOR)
        incident, people = _world()
        for processes in (1, 2):
            yield from _measured(folder, incident, people, processes)


def _measured(folder: Path, incident: Incident, people: list[User], processes: int) -> Iterator[str]:
    with serving("config.asgi:application", folder, processes) as (port, process):
        before = memory(process.pid)
        streams = [_stream(port, _request(incident, person)) for person in people]
        _silence(streams, 6.0)
        held = memory(process.pid) - before
        idle = _share(process.pid, lambda: _silence(streams, 12.0))

        def post(number: int) -> float:
            timeline.post(incident, by=people[0], at=timezone.now(), text=f"Entry {number} of the benchmark.")
            return time.perf_counter()

        took: list[float] = []
        sizes: list[int] = []
        busy = _share(process.pid, lambda: sizes.extend(_rounds(streams, post, took)))
        for stream in streams:
            stream.close()
    size = round(statistics.median(sizes))
    with serving("floor:app", folder, 1) as (port, process):
        streams = [_stream(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") for _person in people]
        _silence(streams, 1.0)
        line = http.client.HTTPConnection("127.0.0.1", port)

        def tell(_number: int) -> float:
            begun = time.perf_counter()
            line.request("GET", f"/tell?{size}")
            line.getresponse().read()
            return begun

        floor: list[float] = []
        bare = _share(process.pid, lambda: _rounds(streams, tell, floor))
        for stream in streams:
            stream.close()
    yield (
        f"{PEOPLE} people, {processes} process(es), an entry a second: commit to the last of them {spread(took)}, "
        f"{statistics.median(took) / statistics.median(floor):.1f} times the floor ({spread(floor)}); "
        f"{busy:.1%} of one core, {busy / max(bare, 1e-6):.1f} times the floor ({bare:.1%}); {idle:.1%} when nothing "
        f"happens; {size:,} bytes to each; {held:.0f} MiB more"
    )


def _world() -> tuple[Incident, list[User]]:
    people = [
        User.objects.filter(email=f"live-{number}@example.test").first()
        or User.objects.create_user(
            f"live-{number}@example.test",
            "x" * 20,
            name=f"Person {number}",
            roles=[Role.RESPONDER] if number % 3 else [],
        )
        for number in range(1, PEOPLE + 1)
    ]
    incident = declaring.declare(
        by=people[0], at=timezone.now(), title="Benchmark", summary="Many people look.", workflow=None
    )
    return incident, people


def _request(incident: Incident, person: User) -> bytes:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return (
        f"GET /incidents/{incident.pk}/stream/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n"
    ).encode()


def _stream(port: int, request: bytes) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(request)
    stream.recv(65536)
    stream.setblocking(False)
    return stream


def _silence(streams: list[socket.socket], seconds: float) -> None:
    """Read and forget for so long."""
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        for stream in select.select(streams, [], [], left)[0]:
            stream.recv(1 << 20)


def _rounds(streams: list[socket.socket], say: Callable[[int], float], took: list[float]) -> list[int]:
    """Something new is said, and read by all; how long the last waited, and how many bytes one was sent."""
    sizes = []
    for number in range(ENTRIES):
        begun = say(number)
        read = dict.fromkeys(streams, b"")
        waiting = set(streams)
        while waiting:
            for stream in select.select(list(waiting), [], [])[0]:
                read[stream] += stream.recv(1 << 20)
                if read[stream].endswith(b"\n\n\r\n") and (MARK in read[stream] or b"xxxx" in read[stream]):
                    waiting.discard(stream)
        took.append(time.perf_counter() - begun)
        sizes.append(sum(map(len, read.values())) // len(streams))
        _silence(streams, max(0.0, EVERY - (time.perf_counter() - begun)))
    return sizes


def _share(pid: int, work: Callable[[], object]) -> float:
    """Of one core, while `work` was done."""
    before, begun = cpu(pid), time.perf_counter()
    work()
    return (cpu(pid) - before) / (time.perf_counter() - begun)
