"""What was signed last, remembered outside the database, so that a database set back in time is found out."""

import os
from pathlib import Path

from django.conf import settings

from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.tiles import Reader


class Forked(Exception):
    """The database no longer contains what was signed; nothing more is signed until a person has decided."""


def last_published() -> tuple[str, int, str] | None:
    """Origin, size and root (hex) of the last signed checkpoint, or nothing when none is remembered here."""
    try:
        origin, size, root = _file().read_text().split("\n")[:3]
        return origin, int(size), root
    except FileNotFoundError:
        return None
    except ValueError as problem:
        raise Forked(
            f"The file {_file().name}, which remembers what was signed last, is damaged. Restore it, or delete it once "
            "you have held the newest checkpoint against one that was sent outside."
        ) from problem


def agree(last: Checkpoint | None) -> None:
    """Raises Forked unless the log in the database begins with what was published."""
    known = last_published()
    if known is None:
        return
    origin, size, root = known
    if last is None or last.size < size:
        raise Forked(
            f"A checkpoint over {size} entries was signed, but the database holds a log of {last.size if last else 0}. "
            "It was set back to an earlier state. Restore a newer backup, or continue the log with a reason."
        )
    same = last.root == root if last.size == size else Reader().root(0, size).hex() == root
    if not same:
        raise Forked(
            f"The first {size} entries of the log are not those that were signed as {origin}. "
            "The history was rewritten. Restore a backup that contains them, or continue the log with a reason."
        )


def publish(checkpoint: Checkpoint) -> None:
    """Remember `checkpoint` durably; a crash in between leaves the one before, which is as true."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    with beside.open("w") as sink:
        sink.write(f"{checkpoint.origin}\n{checkpoint.size}\n{checkpoint.root}\n")
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(file)


def go_on_from(checkpoint: Checkpoint | None) -> None:
    """After a loss that was noted: what the database holds is from now on what counts."""
    if checkpoint is None:
        _file().unlink(missing_ok=True)
    else:
        publish(checkpoint)


def _file() -> Path:
    return Path(settings.LEDGER_STATE_FILE)
