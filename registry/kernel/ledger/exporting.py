"""The whole log as a ZIP that the offline verifier reads, made piece by piece: a million entries take no more memory.

All parts come from one view of the database, opened on a connection of its own, so that nothing that happens meanwhile
makes them disagree. The form is fixed: `checkpoint`, `entries.bin`, `openings.jsonl`, `keys.txt`, `README.txt`.
"""

import json
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import IO, Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from registry.kernel.audit.events import note
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger.keys import known_vkeys
from registry.kernel.ledger.models import Checkpoint

LENGTH = Struct(">I")
ERASED = LENGTH.pack(0xFFFFFFFF)
AT_ONCE = 2000
PIECE = 256 * 1024
PATIENCE = 5
"""Seconds to wait for the tombstone of an erasure that was decided just now to get its place."""


class NotNow(Exception):
    """No export can be made that would hold; the message says why."""


class NothingSigned(NotNow):
    """There is no checkpoint yet, so there is nothing that could be proved."""


class Unsealed(NotNow):
    """Something is erased and the tombstone that says so is not signed yet: it would look withheld."""


class _Pieces:
    """A file that is only ever written to and forgets what was taken from it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.size = 0

    def write(self, content: bytes) -> int:
        self.written.append(bytes(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        content, self.written, self.size = b"".join(self.written), [], 0
        return content


@contextmanager
def one_view(using: str = DEFAULT_DB_ALIAS) -> Iterator[Any]:
    """A connection that sees the database as it is at this moment, and goes on seeing it so."""
    _settle(connections[using])
    fresh = connections.create_connection(using)
    try:
        fresh.set_autocommit(False)
        with fresh.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield fresh
    finally:
        if fresh.connection is not None:
            fresh.connection.close()  # directly: whoever drops a half-sent answer may be another thread


def newest(connection: Any) -> Checkpoint:
    """The checkpoint that an export made now carries. Raises NotNow."""
    fields = [str(field.column) for field in Checkpoint._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(fields)} FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        raise NothingSigned(_("Nothing has been signed yet. The ledger begins with its first checkpoint."))
    checkpoint = Checkpoint(*row)
    if _is_unsealed(connection, checkpoint.size):
        raise Unsealed(
            _(
                "Something was erased and the entry that says so is not signed yet, so that an export would look as if "
                "something were withheld. Try again once the sequencer has caught up."
            )
        )
    return checkpoint


def note_taken(checkpoint: Checkpoint, *, at: datetime, sha256: str = "") -> AuditEntry:
    """Taking the whole history away is part of it. The hash is known where the whole file was made first."""
    detail = {"what": "ledger", "size": checkpoint.size, "root": checkpoint.root}
    return note(
        "EXPORTED",
        at=at,
        object_type=Checkpoint._meta.label_lower,
        object_id=checkpoint.size,
        detail={**detail, "sha256": sha256} if sha256 else detail,
    )


def begun() -> tuple[Checkpoint, Iterator[bytes]]:
    """What an export made now covers, and its pieces. Raises NotNow before anything is sent."""
    running = _running()
    checkpoint = next(running)
    return checkpoint, running


def _running() -> Iterator[Any]:
    with one_view() as connection:
        checkpoint = newest(connection)
        yield checkpoint
        yield from pieces(checkpoint, connection)


def pieces(checkpoint: Checkpoint, connection: Any) -> Iterator[bytes]:
    """The ZIP over the entries that `checkpoint` covers, in pieces of about 256 KiB."""
    sink = _Pieces()
    when = checkpoint.signed_at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, parts in (
            ("README.txt", [_readme(checkpoint).encode()]),
            ("keys.txt", ["".join(f"{vkey}\n" for vkey in known_vkeys()).encode()]),
            ("checkpoint", [checkpoint.note.encode()]),
            ("entries.bin", entries(checkpoint.size, connection)),
            ("openings.jsonl", openings(checkpoint.size, connection)),
        ):
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            yield from _written(archive, info, parts, sink)
    yield sink.taken()


def write(target: IO[bytes], checkpoint: Checkpoint, connection: Any) -> str:
    """The export into an open file; the SHA-256 of what was written."""
    digest = sha256()
    for piece in pieces(checkpoint, connection):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def entries(size: int, connection: Any) -> Iterator[bytes]:
    """Of each leaf in order its length and payload; of an erased one the mark and the hash that stays."""
    sql = (
        "SELECT l.index, e.payload, e.leaf_hash FROM ledger_leaf AS l "
        "JOIN registry_auditentry AS e ON e.id = l.entry_id WHERE l.index < %s ORDER BY l.index"
    )
    expected = 0
    for index, payload, hashed in _rows(connection, sql, size):
        if index != expected:
            raise ValueError(f"place {expected} of the log is missing")
        expected += 1
        yield ERASED + hashed if payload is None else LENGTH.pack(len(payload)) + payload
    if expected != size:
        raise ValueError(f"the log holds {expected} of {size} entries")


def openings(size: int, connection: Any) -> Iterator[bytes]:
    """Personal values that are not erased, with what opens their commitments, one a line; none without its entry."""
    sql = (
        "SELECT l.index, s.field, s.salt, s.value FROM ledger_secret AS s "
        "JOIN ledger_leaf AS l ON l.entry_id = s.entry_id JOIN registry_auditentry AS e ON e.id = s.entry_id "
        "WHERE l.index < %s AND e.payload IS NOT NULL ORDER BY l.index, s.field"
    )
    for index, field, salt, value in _rows(connection, sql, size):
        line = {"i": index, "field": field, "salt": salt.hex(), "value": value}
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _settle(connection: Any) -> None:
    """Wait a little while an erasure stands without its tombstone in the log: usually it is there within a second."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and _is_unsealed(connection):
        time.sleep(0.2)


def _is_unsealed(connection: Any, size: int | None = None) -> bool:
    """Whether an erasure stands without its tombstone among the first `size` places of the log, or in all of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM registry_auditentry AS e WHERE e.event = 'ERASED' AND NOT EXISTS "
            "(SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = e.id AND l.index < coalesce(%s, l.index + 1)))",
            [size],
        )
        return bool(cursor.fetchone()[0])


def _rows(connection: Any, sql: str, size: int) -> Iterator[Any]:
    """From a cursor of the server: the next rows are fetched when the ones before are used up."""
    connection.ensure_connection()
    with connection.connection.cursor(name="holdfast_export") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(sql, [size], binary=True)
        yield from cursor


def _written(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: Iterable[bytes], sink: _Pieces) -> Iterator[bytes]:
    with archive.open(info, "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
            if sink.size >= PIECE:
                yield sink.taken()


def _readme(checkpoint: Checkpoint) -> str:
    return _(
        "The history of %(origin)s: %(size)s entries, as signed on %(at)s UTC.\n\n"
        "checkpoint      how many entries there are and the root of the tree over them, signed (a C2SP signed note)\n"
        "entries.bin     the entries in their order: a length of four bytes (big-endian), then the sealed text in\n"
        "                JSON; where it was erased, FF FF FF FF and the 32 bytes of its hash\n"
        "openings.jsonl  personal values: the entries only commit to them, by SHA-256 over salt and value\n"
        "keys.txt        the public keys that ever signed here. Compare them with those you were given elsewhere\n\n"
        "To check everything, offline: python3 verify.py ledger THIS-FILE --key KEY\n"
        "Take verify.py and the key from somewhere else than this file.\n"
    ) % {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "at": f"{checkpoint.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
    }
