"""Asking the worker to look at what arrived, without anybody waiting for the broker, whatever state that is in."""

import threading
from typing import Final

import structlog

from registry.kernel.nudge import nudge_now

log = structlog.get_logger(__name__)
TASK: Final = "intake.tasks.take_in"
EVERY: Final = 1.0
"""Seconds. Hundreds of deliveries a second need one look at the database; the next call finds what came meanwhile."""


class Caller:
    """One thread of this process, begun with the first call, which asks at most once in `EVERY` seconds."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self) -> None:
        """Returns at once."""
        self._wanted.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="intake-caller", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                nudge_now(TASK)
            except Exception:
                log.exception("worker not asked to look")
            pause.wait(EVERY)


worker: Final = Caller()
