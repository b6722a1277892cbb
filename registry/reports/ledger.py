"""The state of the ledger: how far it is, who seals it, who has seen it, whether its guards stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from registry.kernel.files import IN_TROUBLE, StoredFile
from registry.kernel.ledger import proving
from registry.kernel.ledger.clock import is_ahead
from registry.kernel.ledger.guarding import guards, seal_is_forged
from registry.kernel.ledger.models import Checkpoint, IntegrityCheck, LogKey, Receipt, SchemaSeal
from registry.models import AuditEntry, Heartbeat

SILENT_AFTER = timedelta(seconds=40)
"""A sequencer beats every ten seconds."""
SLOW_AFTER = timedelta(seconds=10)
RECEIPTS = 20
FILES = 100
MANY = 1000


@dataclass(frozen=True)
class Sequencer:
    """One process that gives entries their places, as it last spoke."""

    name: str
    at: datetime
    trouble: str
    is_silent: bool
    is_ahead: bool
    """It spoke by a clock that ran ahead and was put right, and not since: nobody knows when that was."""

    @property
    def is_well(self) -> bool:
        return not self.is_silent and not self.trouble


@dataclass(frozen=True)
class Guards:
    """What the guarding triggers and functions look like now, against what was sealed last."""

    sealed: SchemaSeal | None
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def are_as_sealed(self) -> bool:
        return self.sealed is not None and not self.missing and not self.added


@dataclass(frozen=True)
class Standing:
    """What the audit page says of the ledger in one line."""

    state: proving.State
    sequencers: tuple[Sequencer, ...]
    past_application: int
    """Entries that came past the application, counted up to MANY."""
    clock_was_set_back: bool
    """The newest checkpoint, or all that is known of sequencers, is of a later time than now."""

    @property
    def is_sealing(self) -> bool:
        return any(each.is_well for each in self.sequencers)

    @property
    def trouble(self) -> str:
        return next((each.trouble for each in self.sequencers if each.trouble and not each.is_silent), "")

    @property
    def is_late(self) -> bool:
        return self.state.lag > SLOW_AFTER

    @property
    def has_many_past(self) -> bool:
        return self.past_application >= MANY


def standing(*, at: datetime) -> Standing:
    past = AuditEntry.objects.filter(origin="DATABASE").order_by()[:MANY].count()
    state, known = proving.state(at=at), tuple(sequencers(at=at))
    signed_ahead = state.last is not None and is_ahead(state.last.signed_at, at)
    return Standing(state, known, past, signed_ahead or bool(known and known[0].is_ahead))


def sequencers(*, at: datetime) -> list[Sequencer]:
    """The one that spoke last first; behind them those of which nobody knows when that was."""
    rows = Heartbeat.objects.filter(name__startswith="seal@").order_by("-at")
    found = [_sequencer(row, is_ahead(row.at, at), at=at) for row in rows]
    return sorted(found, key=lambda each: each.is_ahead)


def _sequencer(row: Heartbeat, ahead: bool, *, at: datetime) -> Sequencer:
    return Sequencer(row.name, row.at, row.trouble, ahead or at - row.at > SILENT_AFTER, ahead)


def compared() -> Guards:
    last = SchemaSeal.objects.order_by("-id").first()
    now, then = set(guards()), set(last.definitions if last else ())
    forged = [_("ledger_schema: the last seal is not what the ledger says was sealed")] if seal_is_forged(last) else []
    return Guards(last, (*forged, *sorted(then - now)), tuple(sorted(now - then)))


def keys() -> list[LogKey]:
    return list(LogKey.objects.order_by("purpose", "-first_used_at", "-id"))


def receipts() -> list[Receipt]:
    """The newest ones, whoever they are of."""
    return list(Receipt.objects.select_related("checkpoint").order_by("-checkpoint_id", "witness")[:RECEIPTS])


def checks() -> list[IntegrityCheck]:
    """The last run over each subject."""
    return list(IntegrityCheck.objects.order_by("subject", "-id").distinct("subject"))


def files_in_trouble() -> list[StoredFile]:
    """Found altered, missing or unreadable, whenever that was, and not sound since; the newest trouble first."""
    rows = StoredFile.objects.filter(condition__in=IN_TROUBLE)
    return list(rows.order_by(Coalesce("failed_at", "checked_at").desc(nulls_last=True), "pk")[:FILES])


def checkpoint(size: int) -> Checkpoint | None:
    return Checkpoint.objects.filter(size=size).first()
