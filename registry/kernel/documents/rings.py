"""Geometry of a picture of rings: something in the middle, and numbered marks around it, some further out than others.

Screen, paper and PDF draw the same picture. Marks are spread around the centre so that those of one ring stand apart
and no path passes through a mark of another; the top stays free for the names of the rings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

SIZE = 344
MIDDLE = SIZE / 2
HUB = 31
RADII = (76, 116, 156)
MOST = (8, 12, 16)
"""Marks that fit on each ring; more are counted instead of drawn."""
MARK = 11
GATE = 8
"""Half the length of a bar across a path."""
OPENING = 28
"""Degrees kept free on either side of the top."""


@dataclass(frozen=True)
class Point:
    """Ring and shape count from 0, from the innermost and the mildest; the gate is none, a bar or a guarded bar."""

    ring: int
    shape: int
    gate: int
    is_marked: bool = False


@dataclass(frozen=True)
class Mark:
    number: int
    point: Point
    x: float
    y: float
    start: tuple[float, float]
    end: tuple[float, float]
    gate: tuple[float, float, float, float] | None
    """Both ends of the bar across the path."""
    guard: tuple[float, float] | None
    """Centre of the disc on a guarded bar."""


@dataclass(frozen=True)
class Ring:
    radius: int
    label_y: float
    count: int
    left_out: int


@dataclass(frozen=True)
class Rings:
    marks: list[Mark]
    rings: list[Ring]


def lay_out(points: Sequence[Point]) -> Rings:
    """Marks are numbered from 1 in the order given, drawn or not."""
    numbered = [[(n, p) for n, p in enumerate(points, start=1) if p.ring == ring] for ring in range(len(RADII))]
    drawn = [found[:most] for found, most in zip(numbered, MOST, strict=True)]
    # Each ring's marks at even parts of the circle; sorted together, all have an angle of their own.
    spread = sorted(
        ((place + 0.5) / len(found), ring, number, point)
        for ring, found in enumerate(drawn)
        for place, (number, point) in enumerate(found)
    )
    turn = 360 - 2 * OPENING
    marks = [
        _mark(number, point, OPENING + turn * (place + 0.5) / len(spread))
        for place, (_part, _ring, number, point) in enumerate(spread)
    ]
    rings = [
        Ring(radius, MIDDLE - radius - 5, len(found), len(found) - len(shown))
        for radius, found, shown in zip(RADII, numbered, drawn, strict=True)
    ]
    return Rings(sorted(marks, key=lambda mark: mark.number), rings)


def _mark(number: int, point: Point, degrees: float) -> Mark:
    """`degrees` run clockwise from the top."""
    across, down = sin(radians(degrees)), -cos(radians(degrees))
    radius = RADII[point.ring]

    def at(distance: float, aside: float = 0) -> tuple[float, float]:
        return (
            round(MIDDLE + across * distance - down * aside, 1),
            round(MIDDLE + down * distance + across * aside, 1),
        )

    x, y = at(radius)
    bar = radius - MARK - 9
    gate = (*at(bar, -GATE), *at(bar, GATE)) if point.gate else None
    guard = at(bar) if point.gate > 1 else None
    return Mark(number, point, x, y, at(HUB), at(radius - MARK), gate, guard)
