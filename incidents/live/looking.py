"""One look at a room: who may still see it, what is new, drawn once for each kind of reader.

Everything here runs in one thread of the process with a connection of its own, whatever the number of readers. Rights
are asked before anything is drawn, and who lost them is in no answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.contrib.sessions.models import Session
from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from incidents.live.drawing import Kind, drawers
from incidents.models import Incident, IncidentWorkflow, RoleAssignment, TimelineEntry
from incidents.policies.evidence import reads_restricted
from incidents.policies.incidents import may_work_once_seen, who_may_see
from incidents.services import presence
from registry.kernel.access.models import ApiToken
from registry.models import User

MOST: Final = 50
"""Entries that are sent to somebody who was away; for more the page is asked for anew."""
BACK: Final = 200
"""Numbers of entries, of all incidents, among which one may turn up that was drawn earlier and committed later."""


class Door(NamedTuple):
    """What a stream was opened with; it closes when that does."""

    session: str
    token: int | None
    proof: str
    """Of a session: changes with the password."""


class Viewer(NamedTuple):
    person: int
    door: Door
    form: str


@dataclass
class Sight:
    """What is remembered of a room from one look to the next."""

    room: int
    incident: Incident | None = None
    drawn: dict[Kind, dict[str, Any]] = field(default_factory=dict)
    numbers: frozenset[int] | None = None
    """Of the latest entries, as far as they were there."""


@dataclass(frozen=True)
class Asked:
    viewers: Mapping[Viewer, datetime]
    """Each with the moment since when."""
    after: int
    """The newest entry that all of them have."""
    altered: frozenset[int]
    """Entries whose pin was set or taken off."""
    tells: bool
    """Whether the other processes are told who is here."""


@dataclass(frozen=True)
class Seen:
    kinds: Mapping[Viewer, Kind]
    """Who may go on looking, and as what."""
    version: int
    rooms: Mapping[Kind, dict[str, Any]]
    numbers: Sequence[int]
    """Of the new entries, oldest first."""
    late: frozenset[int]
    """Those of them whose number is older than others that were there before."""
    is_cut: bool
    """There are more than were read."""
    entries: Sequence[TimelineEntry]
    lines: Mapping[Kind, Sequence[Any]]
    altered: Mapping[Kind, Sequence[Any]]
    here: tuple[tuple[int, str, bool], ...]
    present: Mapping[str, Any]


def look(sight: Sight, asked: Asked) -> Seen:
    at = timezone.now()
    incident = _incident(sight)
    signs = {sign.person for sign in presence.MEMORY.of(sight.room, at)}
    people = who_may_see(incident, {viewer.person for viewer in asked.viewers} | signs, at=at)
    kinds = {viewer: kind_of(viewer, people[viewer.person], incident) for viewer in _let_in(asked.viewers, people, at)}
    _tell(sight.room, asked, kinds, at)
    late = _late(sight)
    entries, is_cut = _entries(sight.room, asked.after, late)
    if entries:
        sight.drawn.clear()  # the numbers on the tabs are others
    altered = _altered(sight.room, asked.altered | {row.supersedes_id for row in entries if row.supersedes_id})
    wanted = set(kinds.values())
    for kind in wanted - set(sight.drawn):
        sight.drawn[kind] = drawers[kind.form].room(incident, kind, at)
    here = presence.described(incident, people, at=at)
    return Seen(
        kinds=kinds,
        version=incident.version,
        rooms=dict(sight.drawn),
        numbers=[row.pk for row in entries],
        late=late,
        is_cut=is_cut,
        entries=entries,
        lines={kind: drawers[kind.form].line(entries, incident, kind, at) for kind in wanted},
        altered={kind: drawers[kind.form].line(altered, incident, kind, at) for kind in wanted} if altered else {},
        here=tuple((each.person.pk, each.role, each.is_writing) for each in here),
        present={form: drawers[form].present(here, at) for form in {kind.form for kind in wanted}},
    )


def kind_of(viewer: Viewer, person: User, incident: Incident) -> Kind:
    works = may_work_once_seen(person, incident).allowed
    return Kind(viewer.form, works, reads_restricted(person, incident))


def _incident(sight: Sight) -> Incident:
    """Read anew once it has changed; every change of a room counts its version up."""
    rows = Incident.objects.filter(pk=sight.room)
    known = sight.incident
    now = rows.values_list("version", "visibility").get()
    if known is None or (known.version, known.visibility) != now:
        known = rows.prefetch_related(
            Prefetch("assignments", RoleAssignment.objects.select_related("person").order_by("started_at", "id")),
            Prefetch("links", IncidentWorkflow.objects.select_related("workflow")),
        ).get()
        sight.incident = known
        sight.drawn.clear()
    return known


def _let_in(viewers: Iterable[Viewer], people: Mapping[int, User], at: datetime) -> list[Viewer]:
    """Of those who may see the incident, the ones whose session or token still stands."""
    may = [viewer for viewer in viewers if viewer.person in people]
    names = [viewer.door.session for viewer in may if viewer.door.token is None]
    numbers = [viewer.door.token for viewer in may if viewer.door.token is not None]
    sessions = set(
        Session.objects.filter(session_key__in=names, expire_date__gt=at).values_list("session_key", flat=True)
        if names
        else ()
    )
    unended = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    tokens = set(
        ApiToken.objects.filter(unended, pk__in=numbers, revoked_at__isnull=True).values_list("pk", flat=True)
        if numbers
        else ()
    )

    def stands(viewer: Viewer) -> bool:
        door = viewer.door
        if door.token is not None:
            return door.token in tokens
        return door.session in sessions and door.proof == people[viewer.person].get_session_auth_hash()

    return [viewer for viewer in may if stands(viewer)]


def _tell(room: int, asked: Asked, kinds: Mapping[Viewer, Kind], at: datetime) -> None:
    """Who is here, and who is no longer."""
    since: dict[int, datetime] = {}
    for viewer in kinds:
        begun = asked.viewers[viewer]
        since[viewer.person] = min(begun, since.get(viewer.person, begun))
    if asked.tells:
        presence.tell(room, sorted(since.items()), at=at)
    else:
        presence.MEMORY.here(room, since.items(), at)
    presence.tell_left(room, {viewer.person for viewer in asked.viewers} - set(since))


def _late(sight: Sight) -> frozenset[int]:
    """Entries that were not there at the last look although later ones were: not everybody who writes one waits."""
    rows = TimelineEntry.objects.filter(incident=sight.room)
    newest = max(sight.numbers or (), default=0)
    if sight.numbers is None:
        newest = rows.aggregate(newest=Max("pk"))["newest"] or 0
    before = sight.numbers
    sight.numbers = frozenset(rows.filter(pk__gt=newest - BACK).values_list("pk", flat=True))
    return frozenset() if before is None else frozenset(pk for pk in sight.numbers - before if pk < newest)


def _entries(room: int, after: int, late: Iterable[int]) -> tuple[list[TimelineEntry], bool]:
    """The newest after `after`, oldest first, with those that are late, and whether there were more."""
    rows = list(_rows(room).filter(Q(pk__gt=after) | Q(pk__in=late)).order_by("-pk")[: MOST + 1])
    return rows[:MOST][::-1], len(rows) > MOST


def _altered(room: int, numbers: Iterable[int]) -> list[TimelineEntry]:
    wanted = set(numbers)
    return list(_rows(room).filter(pk__in=wanted)) if wanted else []


def _rows(room: int) -> Any:
    rows = TimelineEntry.objects.filter(incident=room)
    return rows.select_related("author", "pinned_by", "supersedes", "superseded_by", "superseded_by__author")
