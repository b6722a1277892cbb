"""What is sent, in which form. Pages and the API each draw their own; everything else is the same for both."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from incidents.models import Incident, TimelineEntry
from incidents.services.presence import Here

BEAT: Final = b"event: beat\ndata: {}\n\n"
"""Says that the line is open."""
CLOSED: Final = b"event: closed\ndata: {}\n\n"
"""Says that the room is closed to this reader now, and nothing of the room."""


class Kind(NamedTuple):
    """Readers of one kind are sent the same."""

    form: str
    """Name of the drawer."""
    works: bool
    reads_restricted: bool
    """Restricted evidence is open to them."""


class Drawer(Protocol):
    """Each gives what can be written as JSON."""

    def line(self, entries: Sequence[TimelineEntry], incident: Incident, kind: Kind, at: datetime) -> list[Any]:
        """One for each of the entries."""

    def about(self, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
        """What goes with new entries as a whole."""

    def room(self, incident: Incident, kind: Kind, at: datetime) -> dict[str, Any]:
        """How the incident stands."""

    def present(self, people: Sequence[Here], at: datetime) -> Any:
        """Who is here."""


drawers: Final[dict[str, Drawer]] = {}
"""Filled by those who serve a form, when they are loaded."""


def framed(event: str, data: Any, number: int | None = None) -> bytes:
    """An event as it goes out. `number` is where the reader goes on after a lost connection."""
    name = b"" if number is None else b"id: %d\n" % number
    return name + f"event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
