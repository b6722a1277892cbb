"""One worker for one document at a time, without a transaction: printing takes minutes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

_SPACE = 0x446F6375
"""Keeps these locks apart from other advisory locks in the same database."""


@contextmanager
def held(pk: int) -> Iterator[bool]:
    """Whether the document with this number is ours to make until the block ends. The hold of a worker that is
    killed ends with its connection, so that the next one takes over at once and never beside it.
    """
    number = pk & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, number])
        (is_ours,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_ours)
    finally:
        # A connection that broke has let go already; what broke it must not be hidden by saying so.
        if is_ours:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, number])
