"""One worker for one file at a time, without a transaction: reading two gigabytes must not keep one open."""

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
