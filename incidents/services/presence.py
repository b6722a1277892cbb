"""Who is in the room now: told among the serving processes by notices of the database, and part of no record.

Every process hears all of them, so each can say who is in a room, whichever process holds their streams, and nothing
has to be cleaned up after one that died: what it said is forgotten (`incidents.present`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.incidents import held, may_work, who_may_see
from incidents.present import Memory
from registry.kernel.access.verdict import require
from registry.models import Role, User

CHANNEL: Final = "holdfast_present"
AT_ONCE: Final = 200
"""People in one notice; the database takes 8,000 bytes."""
MEMORY: Final = Memory()


@dataclass(frozen=True)
class Here:
    """Somebody in the room. `role` is theirs in the incident; auditors are named as such; else it is empty."""

    person: User
    role: str
    since: datetime
    is_writing: bool


def tell(room: int, people: Sequence[tuple[int, datetime]], *, at: datetime) -> None:
    """Say in this process and all others who is here, each with since when."""
    MEMORY.here(room, people, at)
    for start in range(0, len(people), AT_ONCE):
        some = [(person, round(since.timestamp(), 1)) for person, since in people[start : start + AT_ONCE]]
        _notify({"room": room, "here": some})


def tell_left(room: int, people: Iterable[int]) -> None:
    """Say that these may no longer be here. Whoever closes a window needs not be told of: their signs stop."""
    gone = sorted(people)
    if gone:
        MEMORY.left(room, gone)
        _notify({"room": room, "left": gone})


def tell_writing(incident: Incident, *, by: User, at: datetime) -> None:
    """Say that `by` is writing something in the room."""
    require(may_work, by, incident)
    MEMORY.writes(incident.pk, by.pk, at)
    _notify({"room": incident.pk, "writes": by.pk})


def heard(payload: str, *, at: datetime) -> int | None:
    """Take a notice in; the room where somebody came or went by it."""
    said = json.loads(payload)
    room: int = said["room"]
    came = [(person, datetime.fromtimestamp(since, UTC)) for person, since in said.get("here", ())]
    if "writes" in said:
        is_news = MEMORY.writes(room, said["writes"], at)
    else:
        is_news = MEMORY.here(room, came, at) if came else MEMORY.left(room, said.get("left", ()))
    return room if is_news else None


def people_in(incident: Incident, *, at: datetime) -> list[Here]:
    """Whoever came first first; only people who may see the incident. One question, none while nobody is here."""
    signs = MEMORY.of(incident.pk, at)
    if not signs:
        return []
    return described(incident, who_may_see(incident, {sign.person for sign in signs}, at=at), at=at)


def described(incident: Incident, people: dict[int, User], *, at: datetime) -> list[Here]:
    """Those of `people` who are here, with what they do."""
    roles: dict[int, list[str]] = {}
    for row in held(incident):
        roles.setdefault(row.person_id, []).append(str(row.get_role_display()))
    return [
        Here(person, ", ".join(roles.get(sign.person, [])) or _otherwise(person), sign.since, sign.is_writing(at))
        for sign in MEMORY.of(incident.pk, at)
        if (person := people.get(sign.person)) is not None
    ]


def _otherwise(person: User) -> str:
    return _("Auditor") if person.has(Role.AUDITOR) else ""


def _notify(said: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(said, separators=(",", ":"))])
