"""Unmodified clients as processes of their own: Node's for servers, and its one for browsers."""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "node"
OLDEST = 20


def needs_node() -> None:
    node = shutil.which("node")
    version = subprocess.check_output([node, "--version"], text=True) if node else ""
    if not version or int(version.strip().lstrip("v").split(".")[0]) < OLDEST:
        pytest.skip(f"Node {OLDEST} or newer is not here.")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("The Node clients are not installed: make clients")


class Client:
    """A Node program that prints lines of JSON and is spoken to line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def say(self, line: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def next(self, seconds: float = 30) -> dict[str, Any]:
        return self.lines.get(timeout=seconds)

    def ask(self, flag: str, fallback: Any) -> dict[str, Any]:
        self.say({"flag": flag, "fallback": fallback})
        return self.next()

    def until(self, wanted: Any, seconds: float = 30) -> dict[str, Any]:
        """The first line for which `wanted` holds."""
        while not wanted(line := self.next(seconds)):
            pass
        return line


@contextmanager
def running(program: str, *arguments: str) -> Iterator[Client]:
    process = subprocess.Popen(
        ["node", program, *arguments],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Client(process)
    finally:
        process.kill()
        process.wait()
