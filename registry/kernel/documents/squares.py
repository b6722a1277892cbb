"""An address as a QR code, drawn as one path so that it stays sharp on paper and small in the file."""

from dataclasses import dataclass
from itertools import groupby

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""Width of the white margin in modules (ISO/IEC 18004, 9.1)."""


@dataclass(frozen=True)
class Square:
    """`side` is the width in modules with the margin; `path` are SVG path data for the dark ones."""

    side: int
    path: str


def square_of(text: str, *, is_small: bool = False) -> Square:
    """`is_small` leaves out the margin, which the paper must then give, and some of what makes up for damage."""
    drawn = QRCode(error_correction=ERROR_CORRECT_L if is_small else ERROR_CORRECT_M, border=0 if is_small else QUIET)
    drawn.add_data(text)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    return Square(len(rows), "".join(_line(y, row) for y, row in enumerate(rows)))


def _line(y: int, row: list[bool]) -> str:
    """Neighbouring dark modules of one row as one box."""
    boxes, x = [], 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            boxes.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(boxes)
