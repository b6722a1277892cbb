"""The log goes on after a loss: honestly, under another name, with an entry that says what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from registry.kernel.audit.events import note
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger.models import Checkpoint, Leaf, LogKey
from registry.kernel.ledger.origins import RESTARTED, origin_after, origin_now
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, Published, Unremembered, agree, go_on_from, last_published


class NothingLost(Exception):
    """The database contains what was signed last: there is nothing to continue after."""


@dataclass(frozen=True)
class Continued:
    origin: str
    kept_size: int
    lost_origin: str
    lost_size: int
    is_known: bool
    """Whether that was all; where it is not known what was signed last, there may have been more."""


def continue_log(*, reason: str, at: datetime, key_lost: bool = False) -> Continued:
    """Raises NothingLost. Killed in the middle, it can be run again and notes the loss once.

    Where the key was lost, or nobody knows what was signed last, everything the database holds is kept, and the name
    changes all the same: what another may have signed under the old one is then no fork of the new.
    """
    last = latest()
    known = _known(last, key_lost=key_lost)
    lost_origin, lost_size, lost_root = known or _told(last)
    kept_size = last.size if last else 0
    facts: dict[str, object] = {
        "lost_origin": lost_origin, "lost_size": lost_size, "lost_root": lost_root, "kept_size": kept_size,
    }  # fmt: skip
    if known is None:
        facts["lost_end"] = "unknown"
    with transaction.atomic():
        origin = _noted_already(facts)
        if not origin:
            kept_origin = last.origin if last else origin_now()
            origin = origin_after(lost_origin, origin_now(), at=at if known is None else None)
            # Two names went before where a database is restored twice: that of what was lost and that of what was kept.
            note(RESTARTED, at=at, detail={**facts, "kept_origin": kept_origin, "origin": origin}, reason=reason)
            # Their names are those of the log that ended; the same private key goes on under the new one.
            for key in LogKey.objects.filter(purpose=LogKey.Purpose.CHECKPOINTS, retired_at__isnull=True):
                key.retired_at = at
                key.save(update_fields=["retired_at"])
    go_on_from(last)
    return Continued(origin, kept_size, lost_origin, lost_size, known is not None)


def _known(last: Checkpoint | None, *, key_lost: bool) -> Published | None:
    """What was signed last, or nothing where nobody knows. Raises NothingLost."""
    try:
        agree(last)
    except Unremembered:
        return None
    except Forked:
        return last_published()
    if not key_lost or last is None:
        raise NothingLost
    return _told(last)


def _told(last: Checkpoint | None) -> Published:
    """What the database says of it."""
    return (last.origin, last.size, last.root) if last else (origin_now(), 0, "")


def _noted_already(facts: dict[str, object]) -> str:
    """The new name, where an earlier run noted this very loss and was killed before it was done."""
    entry = AuditEntry.objects.filter(event=RESTARTED).order_by("-id").first()
    if entry is None or Leaf.objects.filter(entry=entry).exists():
        return ""
    same = all(entry.detail.get(name) == value for name, value in facts.items())
    return str(entry.detail["origin"]) if same else ""
