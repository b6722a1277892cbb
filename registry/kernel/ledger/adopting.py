"""A checkpoint that was kept outside takes the place of a memory that was lost: the log is held against it."""

from datetime import datetime

from registry.kernel.audit.events import note as event
from registry.kernel.ledger.keys import known_vkeys
from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.notes import Note, NoteError, read
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, Published, Unremembered, agree, hold, last_published, publish

ADOPTED = "CHECKPOINT_ADOPTED"


class NotAdopted(Exception):
    """The checkpoint says nothing about this log; the message says why."""


def adopt(text: str, *, at: datetime, reason: str) -> Note:
    """Remember the checkpoint in `text` as what was signed last. Raises NotAdopted, and Forked where the log lacks it.

    A log that lacks it is not signed any more: the checkpoint is remembered all the same. A later one that is
    remembered already stays.
    """
    try:
        found = read("\n".join(text.splitlines()).strip() + "\n", known_vkeys())
    except NoteError as problem:
        raise NotAdopted(f"The checkpoint was not adopted. {problem}") from problem
    kept: Published = (found.origin, found.size, found.root.hex())
    known, last = _remembered(), latest()
    is_newer = known is None or known[1] < found.size
    try:
        hold(last, kept)
    except Forked:
        if is_newer:
            publish(kept)
        raise
    event(
        ADOPTED,
        at=at,
        object_type=Checkpoint._meta.label_lower,
        object_id=found.size,
        detail={"origin": found.origin, "size": found.size, "root": found.root.hex()},
        reason=reason,
    )
    if is_newer:
        publish(kept)
    agree(last)
    return found


def _remembered() -> Published | None:
    """A damaged file remembers nothing."""
    try:
        return last_published()
    except Unremembered:
        return None
