"""The obligation rail: what was, now, and what is owed next, on one line. Not to scale, but in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import log1p

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

WIDTH = 984
START = 8
NOW_X = 300
LETTER = 6.1
"""Average width of a letter of the rail, in its own units."""
LONGEST = 22
SOON = timedelta(hours=1)
MOST = 4


@dataclass(frozen=True)
class Point:
    """Something that happened (`is_owed` false) or is owed at a moment."""

    label: str
    at: datetime
    is_owed: bool = False


@dataclass
class Mark:
    label: str
    time: str
    x: float
    is_owed: bool
    is_hot: bool = False
    is_done: bool = False
    is_late: bool = False
    path: str = ""

    @property
    def text_x(self) -> float:
        """Labels begin a little before their mark."""
        return max(self.x - (8 if self.is_owed else 6), 2)


@dataclass
class Rail:
    marks: list[Mark] = field(default_factory=list)
    now_x: float = NOW_X
    now_time: str = ""
    end_x: float = WIDTH - 82
    left_to: float = 0
    """Where the dashed line to what is owed soonest ends; 0 when nothing is owed within the hour."""
    title: str = ""

    @property
    def now_text_x(self) -> float:
        """Where the words under and over the present end."""
        return self.now_x + 2


def short(at: datetime, now: datetime) -> str:
    """The time today, the day within a week, the date beyond."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    if local.date() == today.date():
        return date_format(local, "H:i")
    if abs(local - today) < timedelta(days=6):
        return date_format(local, "D H:i")
    return date_format(local, "j M")


def clipped(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def room_for(mark: Mark) -> float:
    return max(len(mark.label), len(mark.time) + 4) * LETTER + 14


def spread(marks: Sequence[Mark], shares: Sequence[float], start: float, end: float) -> None:
    """Place the marks from `start` so that no label touches the next; what is left over goes by `shares`."""
    needed = [room_for(mark) for mark in marks]
    spare = max(0.0, end - start - sum(needed))
    total = sum(shares) or 1
    x = start
    for number, mark in enumerate(marks):
        mark.x = round(x, 1)
        share = shares[number] if number < len(shares) else 0
        x += needed[number] + spare * share / total


def draw(happened: Sequence[Point], owed: Sequence[Point], now: datetime) -> Rail:
    """`happened` in the order of time, `owed` the soonest first (overdue ones included)."""
    past = [Mark(clipped(p.label), short(p.at, now), 0, False, is_done=n > 0) for n, p in enumerate(happened)]
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(happened)]
    last = [(now - happened[-1].at).total_seconds()] if happened else []
    now_x = max(NOW_X, START + sum(room_for(mark) for mark in past) + 48)
    spread(past, [max(gap, 0) for gap in [*gaps, *last]], START, now_x - 48)
    next_ones = [point for point in owed if point.is_owed][:MOST]
    future = [Mark(clipped(p.label), short(p.at, now), 0, True, is_hot=p.at - now < SOON) for p in next_ones]
    while future and now_x + 24 + sum(room_for(mark) for mark in future) > WIDTH:
        future.pop()
    for mark, point in zip(future, next_ones, strict=False):
        mark.is_late = point.at < now
        mark.time = _("overdue, %(time)s") % {"time": mark.time} if mark.is_late else mark.time
    waits = [log1p(max(0.0, (point.at - now).total_seconds() / 60)) for point in next_ones[: len(future)]]
    spread(future, [later - earlier for earlier, later in pairwise(waits)], now_x + 23, WIDTH)
    for mark in future:
        size = 7 if mark.is_hot else 6
        mark.path = f"M{mark.x} {34 - size}l{size} {size}-{size} {size}-{size}-{size}z"
    rail = Rail([*past, *future], now_x, short(now, now), future[-1].x if future else WIDTH - 82)
    rail.left_to = future[0].x if future and future[0].is_hot else 0
    rail.title = described(rail.marks, len(owed) - len(future))
    return rail


def described(marks: Sequence[Mark], more: int) -> str:
    """The rail in words, for who does not see it."""
    done = ", ".join(f"{mark.label} {mark.time}" for mark in marks if not mark.is_owed)
    owed = ", ".join(f"{mark.label} {mark.time}" for mark in marks if mark.is_owed)
    text = _("Not to scale. So far: %(done)s.") % {"done": done or _("nothing")}
    text += " " + (_("Next: %(owed)s.") % {"owed": owed} if owed else _("Nothing is owed."))
    return text + (" " + _("And %(n)s more in the list of obligations.") % {"n": more} if more > 0 else "")
