"""What was signed last, remembered outside the database, so that a database set back in time is found out."""

import os
import socket
from pathlib import Path

from django.conf import settings

from registry.kernel.ledger.merkle import EMPTY
from registry.kernel.ledger.models import Checkpoint, Tile
from registry.kernel.ledger.tiles import Reader

Published = tuple[str, int, str]
"""Origin, size and root (hex) of a signed checkpoint."""


class Forked(Exception):
    """The database no longer contains what was signed; nothing more is signed until a person has decided."""


class Unremembered(Forked):
    """It is not known here what was signed last, so nobody can say whether the database contains it."""


def last_published() -> Published | None:
    """The last signed checkpoint, or nothing when no file remembers one. Raises Unremembered."""
    try:
        origin, size, root = _file().read_text().split("\n")[:3]
        if int(size) < 0:
            raise ValueError("a log of less than nothing")
        return origin, int(size), root
    except FileNotFoundError:
        return None
    except ValueError as problem:
        raise Unremembered(
            f"The file {_file().name}, which remembers what was signed last, is damaged. Put it back, or hold the log "
            "against a checkpoint that was kept outside: continue_log --newest-checkpoint FILE."
        ) from problem


def agree(last: Checkpoint | None) -> None:
    """Raises Forked unless the log in the database begins with what was published. Before the first, nothing was."""
    _agree(last_published(), last)


def agree_from_aside() -> None:
    """The same for who is not the sequencer: what was published is read first, since the log grows meanwhile."""
    known = last_published()
    _agree(known, Checkpoint.objects.order_by("-size").first())


def _agree(known: Published | None, last: Checkpoint | None) -> None:
    if known is not None:
        hold(last, known)
    elif last is not None:
        raise Unremembered(
            f"This database holds a signed log of {last.size} entries, but the file {_file().name}, which remembers "
            "what was signed last, is not there. Put it back, or hold the log against the newest checkpoint that was "
            "kept outside: continue_log --newest-checkpoint FILE. Where there is none, continue the log with a reason."
        )


def hold(last: Checkpoint | None, known: Published) -> None:
    """Raises Forked unless the log in the database begins with the one `known` was signed over."""
    origin, size, root = known
    held = last.size if last else 0
    if held < size:
        raise Forked(
            f"A checkpoint over {size} entries was signed, but the database holds a log of {held}. "
            "It was set back to an earlier state. Restore a newer backup, or continue the log with a reason."
        )
    if (last.root if last and held == size else _root_of(size)) != root:
        raise Forked(
            f"The first {size} entries of the log are not those that were signed as {origin}. "
            "The history was rewritten. Restore a backup that contains them, or continue the log with a reason."
        )


def begin(origin: str) -> None:
    """Before the first checkpoint of all: a kill between signing it and remembering it must not look as if the memory
    had been lost.
    """
    if last_published() is None:
        publish((origin, 0, EMPTY.hex()))


def catch_up(last: Checkpoint | None) -> None:
    """Remember `last`, which agrees, where a kill or a full disk came between signing it and remembering it."""
    if last is not None and last_published() != (last.origin, last.size, last.root):
        publish((last.origin, last.size, last.root))


def publish(known: Published) -> None:
    """Remember `known` durably; a crash in between leaves the one before, which is as true."""
    prepare(known)
    put_in_place()


def prepare(known: Published) -> None:
    """Write beside the file what is about to be signed: raises OSError where it could not be remembered afterwards."""
    beside = _beside()
    beside.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w") as sink:
        sink.write("{}\n{}\n{}\n".format(*known))
        sink.flush()
        os.fsync(sink.fileno())


def put_in_place() -> None:
    """What was prepared counts from now on."""
    _beside().replace(_file())
    folder = os.open(_file().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def go_on_from(checkpoint: Checkpoint | None) -> None:
    """After a loss that was noted: what the database holds is from now on what counts."""
    if checkpoint is None:
        _file().unlink(missing_ok=True)
    else:
        publish((checkpoint.origin, checkpoint.size, checkpoint.root))


def _root_of(size: int) -> str:
    """Of the first `size` entries, in hex; nothing where the stored tree has a hole."""
    try:
        return Reader().root(0, size).hex()
    except Tile.DoesNotExist:
        return ""


def _file() -> Path:
    return Path(settings.LEDGER_STATE_FILE)


def _beside() -> Path:
    """A process's own: what another has prepared and not yet signed must never be put in place."""
    return _file().with_name(f"{_file().name}.{socket.gethostname()}-{os.getpid()}.new")
