"""The log goes on after a loss: honestly, under another name, with an entry that says what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from registry.kernel.audit.events import note
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger.models import Leaf, LogKey
from registry.kernel.ledger.origins import RESTARTED, origin_after, origin_now
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, agree, go_on_from, last_published


class NothingLost(Exception):
    """The database contains what was signed last: there is nothing to continue after."""


@dataclass(frozen=True)
class Continued:
    origin: str
    kept_size: int
    lost_origin: str
    lost_size: int


def continue_log(*, reason: str, at: datetime) -> Continued:
    """Raises NothingLost. Killed in the middle, it can be run again and notes the loss once."""
    last, known = latest(), last_published()
    try:
        agree(last)
    except Forked:
        pass
    else:
        raise NothingLost
    if known is None:
        raise NothingLost
    lost_origin, lost_size, lost_root = known
    kept_size = last.size if last else 0
    facts = {"lost_origin": lost_origin, "lost_size": lost_size, "lost_root": lost_root, "kept_size": kept_size}
    with transaction.atomic():
        origin = _noted_already(facts)
        if not origin:
            origin = origin_after(lost_origin, origin_now())
            note(RESTARTED, at=at, detail={**facts, "origin": origin}, reason=reason)
            # Their names are those of the log that ended; the same private key goes on under the new one.
            for key in LogKey.objects.filter(purpose=LogKey.Purpose.CHECKPOINTS, retired_at__isnull=True):
                key.retired_at = at
                key.save(update_fields=["retired_at"])
    go_on_from(last)
    return Continued(origin, kept_size, lost_origin, lost_size)


def _noted_already(facts: dict[str, object]) -> str:
    """The new name, where an earlier run noted this very loss and was killed before it was done."""
    entry = AuditEntry.objects.filter(event=RESTARTED).order_by("-id").first()
    if entry is None or Leaf.objects.filter(entry=entry).exists():
        return ""
    same = all(entry.detail.get(name) == value for name, value in facts.items())
    return str(entry.detail["origin"]) if same else ""
