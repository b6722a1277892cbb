"""One worker for one file at a time, without a lock on its row: reading two gigabytes must not keep others waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SPACE = 0x486F6C64
"""Keeps these locks apart from other advisory locks in the same database."""


@contextmanager
def claimed(pk: int) -> Iterator[bool]:
    """Whether the stored file with this number is ours until the block ends. The claim of a process that is
    killed ends with its connection.
    """
    number = pk & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, number])
        (is_ours,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_ours)
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, number])


def bringing(sha256: str) -> None:
    """Until the transaction ends nobody else brings this content or takes it away; waits for who does so now.

    Nothing else is locked by that: whoever holds an incident or a row never waits for bytes on their way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(sha256)])


def nobody_brings(sha256: str) -> bool:
    """The same if nobody is at it, without waiting; else False."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(sha256)])
        (is_free,) = cursor.fetchone() or (False,)
    return bool(is_free)


def _number(sha256: str) -> int:
    return int(sha256[:15], 16)
