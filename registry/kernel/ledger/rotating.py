"""One key of the log follows another. The log itself says so, before the new key signs anything.

The order is what counts: the announcement is an entry, a checkpoint that only the old key signed covers it, and the
first checkpoint by the new key comes after. So whoever trusts the old key can find in the log why to trust the new.
"""

import re
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from registry.kernel.audit.events import note
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger.keys import KeySigner, create
from registry.kernel.ledger.models import LogKey
from registry.kernel.ledger.notes import NoteError, parse_vkey, read
from registry.kernel.ledger.origins import origin_now
from registry.kernel.ledger.proving import latest

ROTATED, RETIRED = "KEY_ROTATED", "KEY_RETIRED"


class RotationRefused(Exception):
    """The message says what stands in the way and what to do."""


def signing() -> list[str]:
    """The keys that signed the newest checkpoint, the current one first; empty before the first."""
    newest = latest()
    known = LogKey.objects.filter(purpose=LogKey.Purpose.CHECKPOINTS).values_list("public", flat=True)
    return list(read(newest.note, list(known)).signed_by) if newest else []


def announce(new: str, *, at: datetime, reason: str = "") -> AuditEntry:
    """Note that `new`, a vkey, will follow the current key. Announcing it again changes nothing."""
    try:
        name, _number, _public = parse_vkey(new)
    except NoteError as malformed:
        raise RotationRefused(str(malformed)) from malformed
    if name != origin_now():
        raise RotationRefused(f"The log is called {origin_now()}, this key is for {name}.")
    now = signing()
    if not now:
        raise RotationRefused("No checkpoint was signed yet, so there is no key that another could follow.")
    if new in now:
        raise RotationRefused("This key signs already. Once the old one is no longer needed: --retire.")
    if LogKey.objects.filter(public=new, retired_at__isnull=False).exists():
        raise RotationRefused("This key was retired. Make a new one.")
    earlier = AuditEntry.objects.filter(event=ROTATED, detail__new=new).first()
    return earlier or note(
        ROTATED, at=at, object_type=LogKey._meta.label_lower, detail={"old": now[0], "new": new}, reason=reason
    )


def next_file() -> Path:
    """Where, in local mode, the key that follows the current one lies: `ledger-2.pem` after `ledger.pem`."""
    first = Path(settings.LEDGER_KEY_FILES[0])
    beside = first.parent.glob(f"{first.stem}-*{first.suffix}*")
    taken = [int(found[1]) for path in beside if (found := re.match(rf"{re.escape(first.stem)}-(\d+)\.", path.name))]
    waiting = [number for number in taken if _numbered(first, number, ".new").exists()]
    return _numbered(first, waiting[0] if waiting else max(taken, default=1) + 1)


def _numbered(first: Path, number: int, after: str = "") -> Path:
    return first.with_name(f"{first.stem}-{number}{first.suffix}{after}")


def vkey_in(path: Path) -> str:
    """The public half, under the log's name, of the key at `path`; made if there is none. Raises KeyMissing."""
    return KeySigner(origin_now(), create(path)).vkey


def retire(*, still_signing: list[str], at: datetime, reason: str = "") -> list[LogKey]:
    """Note the end of every key that no longer signs; those that are retired now."""
    with transaction.atomic():
        kept = LogKey.objects.select_for_update().filter(purpose=LogKey.Purpose.CHECKPOINTS, retired_at__isnull=True)
        ended = [key for key in kept if key.public not in still_signing]
        for key in ended:
            key.retired_at = at
            key.save(update_fields=["retired_at"])
            note(
                RETIRED,
                at=at,
                object_type=LogKey._meta.label_lower,
                object_id=key.pk,
                detail={"retired": key.public, "current": still_signing[0]},
                reason=reason,
            )
    return ended
