"""What the database does so that whoever has a room open learns of every change, whoever made it and however.

Every change in a room counts up the version of its incident, and most add an entry. Notices are sent when the
transaction commits, the same one once: a payload is the number of the incident, and after a slash that of an entry
whose pin was set or taken off.
"""

from collections.abc import Iterator
from typing import Final

from registry.kernel.ledger.triggers import trigger

CHANNEL: Final = "holdfast_rooms"
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION public.holdfast_room_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('{channel}', {payload});
    RETURN NULL;
END $$"""


def of_incidents() -> Iterator[str]:
    yield from _watch("changed", "incidents_incident", "AFTER UPDATE", "NEW.id::text")


def of_entries() -> Iterator[str]:
    yield from _watch("entered", "incidents_timelineentry", "AFTER INSERT", "NEW.incident_id::text")
    yield from _watch("pinned", "incidents_timelineentry", "AFTER UPDATE", "NEW.incident_id || '/' || NEW.id")


def _watch(name: str, table: str, when: str, payload: str) -> Iterator[str]:
    yield _FUNCTION.format(name=name, channel=CHANNEL, payload=payload)
    yield trigger(f"holdfast_room_{name}", table, when, f"holdfast_room_{name}()")
