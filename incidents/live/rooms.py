"""The rooms that are open in this process, each looked at when something happens in it, and every few seconds.

A look is taken at once and then at most four times a second, so that a storm of entries is told in few pieces. The one
without a reason asks again who may see the room: who may no longer is let go within five seconds.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import structlog
from django.db import Error, connection
from django.utils import timezone

from incidents.live.drawing import Kind, drawers, framed
from incidents.live.looking import Asked, Seen, Sight, look
from incidents.live.seats import Seat
from incidents.models import room_feed
from incidents.services import presence
from registry.kernel.http.streams import Streams

BETWEEN: Final = 0.25
"""Seconds between two looks at one room at least."""
AGAIN_AFTER: Final = 4.0
"""Seconds after which rights and sessions are asked about again without any news."""
TELL_AFTER: Final = 10.0
"""Seconds after which the other processes hear again who is here."""
log = structlog.get_logger(__name__)


@dataclass
class Room:
    number: int
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    altered: set[int] = field(default_factory=set)
    told: frozenset[int] = frozenset()
    told_at: float = 0.0


class Rooms(Streams):
    repeat_after = 15.0

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[int, Room] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._looker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rooms")

    @property
    def channels(self) -> Mapping[str, Callable[[str], None]]:
        return {room_feed.CHANNEL: self._hear_change, presence.CHANNEL: self._hear_present}

    async def serve(self, number: int, seat: Seat, receive: Any, send: Any, headers: Any) -> None:
        """Until the reader leaves, may no longer look, or the process ends."""
        self.loop = asyncio.get_running_loop()
        if (room := self.rooms.get(number)) is None:
            room = self.rooms[number] = Room(number)
            task = self.loop.create_task(self._keep(room))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        room.wanted.set()
        await self.hold(number, seat, seat.following, receive=receive, send=send, headers=headers)

    def _hear_change(self, payload: str) -> None:
        number, _slash, entry = payload.partition("/")
        self.in_loop(self._want, int(number) if number else None, int(entry) if entry else None)

    def _hear_present(self, payload: str) -> None:
        if payload and (number := presence.heard(payload, at=timezone.now())) is not None:
            self.in_loop(self._want, number, None)

    def _want(self, number: int | None, altered: int | None) -> None:
        """Look at one room, or at all of them: nobody knows what was missed."""
        for room in self.rooms.values():
            if number in (None, room.number):
                room.wanted.set()
                if altered is not None:
                    room.altered.add(altered)

    async def _keep(self, room: Room) -> None:
        sight = Sight(room.number)
        try:
            while not self.is_ending and (seats := self._seats(room)):
                await _either(room.wanted, AGAIN_AFTER)
                room.wanted.clear()
                asked = self._question(room, seats := self._seats(room))
                if seats:
                    seen = await asyncio.get_running_loop().run_in_executor(self._looker, _looked, sight, asked)
                    self._deliver(self._seats(room), asked, seen)
                    await asyncio.sleep(BETWEEN)
        except Exception as failure:
            # Whoever cannot be asked about is sent nothing. They come again, and are told so by their own pages.
            log.warning("a room cannot be followed", failure=str(failure).strip(), exc_info=not _is_known(failure))
            for seat in self._seats(room):
                seat.leave()
        finally:
            del self.rooms[room.number]
            if not self.rooms:
                self._looker.submit(_let_go)

    def _seats(self, room: Room) -> list[Seat]:
        return [seat for seat in self.open.get(room.number, ()) if isinstance(seat, Seat) and not seat.is_over]

    def _question(self, room: Room, seats: list[Seat]) -> Asked:
        viewers = {seat.viewer: seat.since for seat in sorted(seats, key=lambda seat: seat.since, reverse=True)}
        people = frozenset(viewer.person for viewer in viewers)
        tells = people != room.told or monotonic() - room.told_at > TELL_AFTER
        if tells:
            room.told, room.told_at = people, monotonic()
        altered, room.altered = frozenset(room.altered), set()
        return Asked(viewers, min((seat.after for seat in seats), default=0), altered, tells)

    def _deliver(self, seats: list[Seat], asked: Asked, seen: Seen) -> None:
        frames: dict[Any, bytes] = {}
        for seat in seats:
            if seat.viewer not in asked.viewers:
                continue  # came while the look was taken; theirs is next
            kind = seen.kinds.get(seat.viewer)
            if kind is None:
                seat.shut()
                continue
            lacks = (kind, seat.after, seat.version != seen.version, seat.here != seen.here)
            if lacks not in frames:
                frames[lacks] = b"".join(_pieces(seen, *lacks))
            seat.version, seat.here = seen.version, seen.here
            seat.after = max(seat.after, *seen.numbers[-1:], 0)
            if frames[lacks]:
                seat.give(frames[lacks])


def _pieces(seen: Seen, kind: Kind, after: int, is_older: bool, are_others: bool) -> list[bytes]:
    """What somebody lacks who has everything up to `after`."""
    found = []
    if are_others:
        found.append(framed("present", seen.present[kind.form]))
    if altered := seen.altered.get(kind):
        found.append(framed("altered", {"lines": altered}))
    new = [place for place, number in enumerate(seen.numbers) if number > after or number in seen.late]
    if is_older or new:
        found.append(framed("room", seen.rooms[kind]))
    if new:
        is_cut = seen.is_cut and len(new) == len(seen.numbers)
        lines = [seen.lines[kind][place] for place in new]
        about = drawers[kind.form].about([seen.entries[place] for place in new])
        found.append(framed("entries", {"lines": lines, "is_cut": is_cut} | about, max(after, seen.numbers[-1])))
    return found


def _looked(sight: Sight, asked: Asked) -> Seen:
    try:
        return look(sight, asked)
    except Error:
        connection.close()  # the next look has a new one
        raise


def _let_go() -> None:
    """While nobody has a room open, no connection is held for them."""
    connection.close()


def _is_known(failure: Exception) -> bool:
    return isinstance(failure, Error | OSError)


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


ROOMS: Final = Rooms()
"""Of this process."""
