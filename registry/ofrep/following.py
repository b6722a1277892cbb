"""Keeping the state of this process true: listen, then look, then look again at every notice and once a second.

The thread never ends by a failure. While the database is away the last known state is served, with its age; when it is
back, what changed meanwhile is read first and everything afterwards.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from registry import broken_glass
from registry.models.control_feed import CHANNEL
from registry.ofrep import keeping, loading
from registry.ofrep.state import State

LOOK_EVERY: Final = 1.0
"""Seconds after which a look is taken without any notice: what a lost one costs at most."""
GLANCE_EVERY: Final = 0.2
"""Seconds between two glances at the folder of broken glasses."""
AGAIN_AFTER: Final = (0.05, 0.1, 0.2, 0.4)
"""Seconds between attempts to reach the database; the last one goes on."""
PATIENCE: Final = {
    "connect_timeout": 2, "keepalives": 1, "keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 2,
    "tcp_user_timeout": 3000,
}  # fmt: skip
log = structlog.get_logger(__name__)


class Follower(threading.Thread):
    """`record` puts broken glasses on record; it is called when there are any and the database answers.

    `channels` are others that are heard on the same connection. Each is told the payload of its notices, and an empty
    one whenever the connection is new: what was said before was missed.
    """

    def __init__(
        self, state: State, record: Callable[[], object], channels: Mapping[str, Callable[[str], None]]
    ) -> None:
        super().__init__(name="control follower", daemon=True)
        self.state = state
        self._channels = channels
        self._record = record
        self.first_look = threading.Event()
        self._ending = threading.Event()
        self._mark: int | None = None

    @property
    def folder(self) -> Path:
        return Path(settings.CONTROL_FOLDER) / "state"

    def run(self) -> None:
        keeping.read(self.folder, self.state)
        self._glance()
        attempt = 0
        while not self._ending.is_set():
            try:
                with connect("follower") as connection:
                    attempt = 0
                    self._follow(connection)
            except Exception as failure:
                # Whatever it was: what is served must not grow old without saying so.
                if self.state.is_connected or not attempt:
                    known = isinstance(failure, psycopg.Error | OSError)
                    log.warning("control state cannot be followed", failure=str(failure).strip(), exc_info=not known)
                self.state.connect(is_connected=False)
                self.first_look.set()
                self._wait(AGAIN_AFTER[min(attempt, len(AGAIN_AFTER) - 1)])
                attempt += 1

    def end(self) -> None:
        self._ending.set()

    def _follow(self, connection: Any) -> None:
        for channel in (CHANNEL, *self._channels):
            connection.execute(f"LISTEN {channel}")
        if self._mark is not None:
            self._look(connection)
        self._mark = None
        self._look(connection)
        for channel in self._channels:
            self._pass_on(channel, "")
        looked = time.monotonic()
        while not self._ending.is_set():
            noticed = self._hear(connection.notifies(timeout=GLANCE_EVERY, stop_after=1))
            if self._glance():
                self._put_on_record()
            if noticed or time.monotonic() - looked >= LOOK_EVERY:
                self._look(connection)
                looked = time.monotonic()

    def _hear(self, notices: Iterable[Any]) -> bool:
        """Whether there is something to look at among them; the others are passed on."""
        noticed = False
        for notice in notices:
            if notice.channel in self._channels:
                self._pass_on(notice.channel, notice.payload)
            else:
                noticed = True
        return noticed

    def _pass_on(self, channel: str, payload: str) -> None:
        """Whatever others make of it: containment goes on being followed."""
        try:
            self._channels[channel](payload)
        except Exception:
            log.exception("a notice could not be taken in", channel=channel)

    def _look(self, connection: Any) -> None:
        """What a broken glass asked for ends only here: once the look shows what the record says in its place."""
        glasses = broken_glass.modes(broken_glass.waiting())
        mark, workflows, callers, asked = loading.look(connection, self._mark)
        self.state.touch()
        self.state.connect(is_connected=True)
        if asked is None or asked:
            self.state.put(workflows, callers, asked)
        self.state.override(glasses)
        self._mark = mark
        self.first_look.set()
        if asked is None or asked:
            keeping.write(self.folder, self.state, mark, asked)

    def _glance(self) -> bool:
        """Obey new files at once, and let none go; whether there are any."""
        waiting = broken_glass.waiting()
        if waiting:
            self.state.override(broken_glass.strictest(self.state.overrides, broken_glass.modes(waiting)))
        return bool(waiting)

    def _put_on_record(self) -> None:
        try:
            self._record()
        except Exception as failure:
            known = isinstance(failure, DatabaseError | OSError)
            log.warning("a broken glass is obeyed, not on record yet", failure=str(failure).strip(), exc_info=not known)
        finally:
            connections.close_all()

    def _wait(self, seconds: float) -> None:
        """Waiting for the database, a broken glass must still be seen."""
        self._ending.wait(seconds)
        self._glance()


def connect(purpose: str) -> "psycopg.Connection[Any]":
    """A connection of its own, past whatever pools connections in between: notices need one."""
    wrapper = DatabaseWrapper({**_defaults(), **(settings.CONTROL_DATABASE or settings.DATABASES["default"])})
    given = wrapper.get_connection_params()
    wanted = {name: given[name] for name in given if name not in {"cursor_factory", "context", "prepare_threshold"}}
    options = {**wanted, **PATIENCE, "application_name": f"holdfast control {purpose}"}
    return psycopg.connect(autocommit=True, **options)


def _defaults() -> dict[str, Any]:
    return {"OPTIONS": {}, "TIME_ZONE": None, "CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": 0, "AUTOCOMMIT": True}
