"""Geometry of a time strip: where labelled instants stand on a page.

Instants of one story lie minutes apart at its beginning and weeks apart at its end, so a single axis either
hides the beginning or overprints its labels. The strip therefore has two parts: evenly spaced marks that can
always be read, and under them a bar on which the same spans are drawn to scale.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WIDTH = 500.0
DOT = 4.2
"""Radius of a mark, by which its centre stands in from the left edge of its label."""
SHADES = ("#10333A", "#0B6470", "#5E939B", "#9DBEC3", "#CBDDE0")
NARROWEST_LABEL = 52.0
THINNEST_SEGMENT = 0.8


@dataclass(frozen=True)
class Mark:
    label: str
    at: datetime | None
    x: float
    text_x: float


@dataclass(frozen=True)
class Gap:
    """The line from one mark to the next recorded one; `seconds` is negative when they are out of order."""

    x1: float
    x2: float
    seconds: int

    @property
    def middle(self) -> float:
        return round((self.x1 + self.x2) / 2, 2)


@dataclass(frozen=True)
class Segment:
    """A span on the bar. `is_labelled` says whether it is wide enough to carry its text."""

    start: str
    end: str
    x: float
    width: float
    seconds: int
    shade: str
    is_dark: bool
    is_labelled: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Strip:
    marks: list[Mark]
    gaps: list[Gap]
    segments: list[Segment]
    seconds: int
    """From the earliest to the latest recorded mark."""


def lay_out(story: list[tuple[str, datetime | None]]) -> Strip:
    column = WIDTH / max(len(story), 1)
    marks = [
        Mark(label, at, x=round(index * column + DOT, 2), text_x=round(index * column, 2))
        for index, (label, at) in enumerate(story)
    ]
    recorded = [(mark, mark.at) for mark in marks if mark.at is not None]
    gaps = [Gap(former.x, latter.x, _seconds(until - since)) for (former, since), (latter, until) in pairwise(recorded)]
    in_time = sorted(recorded, key=lambda pair: pair[1])
    total = _seconds(in_time[-1][1] - in_time[0][1]) if in_time else 0
    return Strip(marks, gaps, _segments(in_time, total), total)


def _segments(in_time: list[tuple[Mark, datetime]], total: int) -> list[Segment]:
    segments = []
    for index, ((former, since), (latter, until)) in enumerate(pairwise(in_time)):
        seconds = _seconds(until - since)
        if not seconds:
            continue
        x = WIDTH * _seconds(since - in_time[0][1]) / total
        width = max(WIDTH * seconds / total, THINNEST_SEGMENT)
        shade = index % len(SHADES)
        segments.append(
            Segment(
                former.label,
                latter.label,
                round(x, 2),
                round(width, 2),
                seconds,
                SHADES[shade],
                is_dark=shade < 2,
                is_labelled=width >= NARROWEST_LABEL,
            )
        )
    return segments


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
