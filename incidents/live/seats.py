"""A reader's place in a room: what they have, and what waits to be sent to them."""

from datetime import datetime
from typing import Final

from incidents.live.drawing import BEAT, CLOSED
from incidents.live.looking import Viewer
from registry.kernel.http.streams import Stream

MOST_WAITING: Final = 40
"""Pieces. Whoever is slower than that is let go, comes again, and catches up in one piece."""


class Seat(Stream):
    __slots__ = ("after", "here", "is_over", "since", "version", "viewer", "waiting")

    def __init__(self, viewer: Viewer, *, after: int, version: int, since: datetime) -> None:
        super().__init__()
        self.viewer, self.after, self.version, self.since = viewer, after, version, since
        self.here: tuple[tuple[int, str, bool], ...] | None = None
        """Who they were told is here."""
        self.waiting: list[bytes] = []
        self.is_over = False

    def give(self, piece: bytes) -> None:
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append(piece)
        else:
            self.is_over = True
        self.news.set()

    def shut(self) -> None:
        """The room is closed to them; what waited is not sent any more."""
        self.waiting = [CLOSED]
        self.leave()

    def leave(self) -> None:
        self.is_over = True
        self.news.set()

    def following(self) -> bytes | None:
        if self.waiting:
            piece = b"".join(self.waiting)
            self.waiting.clear()
            if self.is_over:
                self.news.set()
            return piece
        return None if self.is_over else BEAT
