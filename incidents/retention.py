"""How long evidence is kept, by its class, counted from the day its incident was closed."""

from collections.abc import Mapping
from datetime import date
from typing import Final

YEARS: Final[Mapping[str, int]] = {"SHORT": 1, "STANDARD": 3, "REGULATORY": 10}
"""Class → years. A class is chosen with the piece; another period is another class, never another number here."""


def keep_until(retention: str, closed_on: date) -> date:
    """The last day on which it must still be there."""
    year = closed_on.year + YEARS[retention]
    try:
        return closed_on.replace(year=year)
    except ValueError:  # the 29th of February: a day longer rather than a day shorter
        return date(year, 3, 1)
