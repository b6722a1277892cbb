"""Many events of one source made one row for each thing it tells apart. Nothing is lost: the counts add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from incidents.models import Incident
from incidents.models.incidents import ACTIVE
from incidents.services.merged import heirs
from intake.binding import workflow_of
from intake.formats.event import Event
from intake.kinds import State, Status
from intake.models import ReceivedSignal, SignalDelivery, SignalSighting, SignalSource
from registry.kernel.audit.bulk import create_many, put_many, update_many
from registry.kernel.audit.inserting import insert_all
from registry.models import Workflow

QUIET: Final = timedelta(hours=24)
"""What was decided and comes again after so long is something new to look at, also where its source never says over."""
DESCRIBED: Final = ("status", "status_at", "title", "text", "level", "labels", "link", "is_current")
TIED: Final = ("state", "incident", "is_by_rule", "decided_at", "reason", "later_until")
COUNTED: Final = ("count", "last_seen_at")


@dataclass(frozen=True)
class Piece:
    """One event at its place in a delivery."""

    delivery: SignalDelivery
    place: int
    event: Event

    @property
    def at(self) -> datetime:
        """When it happened; never later than it arrived, whatever the clock of the source says."""
        received = self.delivery.received_at
        return min(self.event.at, received) if self.event.at else received


def gather(source: SignalSource, pieces: Sequence[Piece], *, at: datetime) -> "Gathered":
    """What the pieces say, not stored yet. The caller holds the lock of the source until it is."""
    work = Gathered(source, pieces, at)
    for piece in pieces:
        work.take(piece)
    return work


class Gathered:
    """The rows of a batch as they will be: a rule may tie them before they are stored, so that each is written once."""

    def __init__(self, source: SignalSource, pieces: Sequence[Piece], at: datetime) -> None:
        self.source, self.at = source, at
        rows = ReceivedSignal.objects.select_for_update(of=("self",)).order_by("pk")
        keys = {piece.event.key for piece in pieces}
        self.rows = {row.key: row for row in rows.filter(source=source, is_current=True, key__in=keys)}
        self.named = named(piece.event.workflow for piece in pieces)
        self.live = _live(self.rows.values())
        self.new: list[ReceivedSignal] = []
        self.over: list[ReceivedSignal] = []
        self.changed: dict[int, ReceivedSignal] = {}
        self.counted: dict[int, ReceivedSignal] = {}
        self.promoted: dict[int, ReceivedSignal] = {}
        self.turned: dict[int, ReceivedSignal] = {}
        """Tied to an incident, and now said to be over or firing again."""
        self.seen: list[tuple[ReceivedSignal, Piece]] = []

    def take(self, piece: Piece) -> None:
        event = piece.event
        row = self.rows.get(event.key)
        if row is not None and row.pk is not None and self._begins_anew(row, piece):
            row.is_current = False
            self.over.append(row)
            row = None
        if row is None:
            if not event.title:
                return  # over, or seen, where nothing was ever said to be wrong
            row = self._first(piece)
        else:
            self._again(row, piece)
        row.count += 1
        row.last_seen_at = max(row.last_seen_at, piece.delivery.received_at)
        self.seen.append((row, piece))
        if self.source.promotion.takes(event):
            self.promoted[id(row)] = row

    @property
    def to_promote(self) -> list[ReceivedSignal]:
        """What the rule takes and nobody has decided about; what a person put back is left to people."""
        return [row for row in self.promoted.values() if row.state == State.WAITING and row.decided_by_id is None]

    def store(self, tied: Iterable[ReceivedSignal] = ()) -> None:
        """All of it; `tied` are rows that a rule has tied to an incident meanwhile."""
        self.changed |= {row.pk: row for row in tied if row.pk is not None}
        update_many(self.over, ["is_current"])
        create_many(self.new)
        update_many([*self.changed.values()], [*DESCRIBED, *COUNTED, *TIED])
        put_many([row for pk, row in self.counted.items() if pk not in self.changed], COUNTED)
        seen = [
            SignalSighting(
                signal=row, delivery=piece.delivery, place=piece.place, status=piece.event.status, at=piece.at
            )
            for row, piece in self.seen
        ]
        if seen:
            insert_all(seen, batch_size=1000, with_keys=False)

    def _begins_anew(self, row: ReceivedSignal, piece: Piece) -> bool:
        """Decided and over, or long silent: it is not the same trouble any more."""
        if not row.is_decided or piece.event.status not in (Status.FIRING, Status.REPORTED) or not piece.event.title:
            return False
        if row.incident_id in self.live:
            return False
        was_over = row.status == Status.RESOLVED and not _is_late(row, piece)
        return row.state == State.TIED or was_over or piece.delivery.received_at - row.last_seen_at > QUIET

    def _first(self, piece: Piece) -> ReceivedSignal:
        event = piece.event
        workflow, bound_by = workflow_of(event, self.source.rules, self.source.default_workflow_id, self.named)
        row = ReceivedSignal(
            source=self.source,
            key=event.key,
            status=Status.FIRING if event.status == Status.ACKNOWLEDGED else event.status,
            status_at=piece.at,
            workflow_id=workflow,
            bound_by=bound_by,
            first_seen_at=piece.delivery.received_at,
            last_seen_at=piece.delivery.received_at,
            reported_by=piece.delivery.reported_by,
        )
        _describe(row, event)
        self.rows[event.key] = row
        self.new.append(row)
        return row

    def _again(self, row: ReceivedSignal, piece: Piece) -> None:
        event = piece.event
        if row.pk is not None:
            self.counted[row.pk] = row
            self._follow(row, row.pk)
        if event.status == Status.ACKNOWLEDGED or _is_late(row, piece):
            return
        turns = event.status != row.status
        rises = bool(event.level) and event.level != row.level and event.status != Status.RESOLVED
        if turns:
            row.status, row.status_at = event.status, piece.at
            if row.state == State.TIED:
                self.turned[id(row)] = row
        if rises or (turns and event.status != Status.RESOLVED):
            _describe(row, event)
        if (turns or rises) and row.pk is not None:
            self.changed[row.pk] = row

    def _follow(self, row: ReceivedSignal, pk: int) -> None:
        """To where its incident was merged into."""
        heir = self.live.get(row.incident_id or 0)
        if heir is not None and heir != row.incident_id:
            row.incident_id = heir
            self.changed[pk] = row


def _is_late(row: ReceivedSignal, piece: Piece) -> bool:
    """It tells of a time before what is known already: a retry that was overtaken, or a message read again."""
    return piece.event.status != row.status and piece.at < row.status_at


def _describe(row: ReceivedSignal, event: Event) -> None:
    if event.title:
        row.title, row.text, row.level = event.title, event.text, event.level
        row.labels, row.link = dict(event.labels), event.link


def _live(rows: Iterable[ReceivedSignal]) -> dict[int, int]:
    """Incidents the rows are tied to → the one that goes on: the incident itself, or what it was merged into."""
    found = heirs({row.incident_id for row in rows if row.incident_id is not None})
    if not found:
        return {}
    going_on = set(Incident.objects.filter(pk__in=found.values(), state__in=ACTIVE).values_list("pk", flat=True))
    live = {number: heir for number, heir in found.items() if heir in going_on}
    return live | {heir: heir for heir in live.values()}


def named(names: Iterable[str]) -> dict[str, int]:
    """Workflows by what they are called in events: slug, reference or number."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    numbers: dict[int, list[str]] = {}
    for name in wanted:
        digits = name.upper().removeprefix("WF-")
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            numbers.setdefault(int(digits), []).append(name)
    rows: Any = Workflow.objects.filter(Q(slug__in=wanted) | Q(pk__in=numbers)).values_list("pk", "slug")
    found: dict[str, int] = {}
    for pk, slug in rows:
        found |= dict.fromkeys(numbers.get(pk, ()), pk)
        if slug in wanted:
            found[slug] = pk
    return found
