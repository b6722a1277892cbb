"""Readers of a room: each holds a stream of a running site open and keeps what it was sent."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from registry.models import User
from tests.custody.serving import Site, cookies_of
from tests.processes.conftest import wait_until

Event = tuple[str, Any, float]
"""Its name, its data, and the moment it came, by the monotonic clock."""


class Reader:
    """Reads in a thread of its own until the stream ends."""

    def __init__(self, site: Site, path: str, *headers: str) -> None:
        self.events: list[Event] = []
        self.number = 0
        """Of the newest entry, as a browser would remember it."""
        self.head = ""
        self.is_over = False
        self.line = site.connection()
        self.line.settimeout(120)
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/event-stream", *headers]
        self.line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @classmethod
    def of(cls, site: Site, user: User, incident: int, query: str = "", *headers: str) -> "Reader":
        """In the browser of `user`."""
        return cls(site, f"/incidents/{incident}/stream/{query}", f"Cookie: {cookies_of(user)}", *headers)

    def _read(self) -> None:
        try:
            with self.line, self.line.makefile("rb") as lines:
                self.head = b"".join(iter(lines.readline, b"\r\n")).decode()
                self._events(lines)
        except OSError:
            pass
        finally:
            self.is_over = True

    def _events(self, lines: Any) -> None:
        name = data = ""
        for raw in lines:
            line = raw.decode().rstrip("\r\n")
            field, _colon, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif field == "id":
                self.number = int(value)
            elif line == "0":  # the last chunk: the line itself is kept for other questions
                return
            elif not line and name:
                self.events.append((name, json.loads(data), time.monotonic()))
                name = data = ""

    def heard(self, name: str) -> list[Any]:
        return [data for each, data, _at in list(self.events) if each == name]

    def entries(self) -> list[int]:
        return [line["id"] for data in self.heard("entries") for line in data["lines"]]

    def until(self, condition: Callable[["Reader"], object], seconds: float = 20) -> "Reader":
        wait_until(lambda: condition(self), seconds=seconds)
        return self

    def ready(self) -> "Reader":
        """Has been looked at: what comes from now on comes at once."""
        return self.until(lambda reader: reader.heard("present"))

    def close(self) -> None:
        self.line.shutdown(socket.SHUT_RDWR)
