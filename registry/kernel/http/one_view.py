"""Requests that freeze what they read: all of it is of one moment, though it takes many questions to read it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from registry.kernel.http.errors import Conflict

ATTEMPTS = 8
SOMEBODY_ELSE = frozenset({"40001", "23505"})
"""SQLSTATE of a row that was changed since the view began, and of one that somebody else has brought since."""

Given = TypeVar("Given")


def of_one_view(work: Callable[[], Given]) -> Given:
    """What `work` gives, run in a transaction that sees one state of the database from its first question on.

    It is run again, on a newer state, where somebody else changed what it locks; nothing of the attempt before is left.
    Inside a caller's transaction it sees what the caller sees. Raises Conflict when others are quicker every time.
    """
    if connection.in_atomic_block:
        return work()
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                return work()
        except (OperationalError, IntegrityError) as failure:
            if getattr(failure.__cause__, "sqlstate", None) not in SOMEBODY_ELSE:
                raise
    raise Conflict(_("Others are changing this at the same moment. Try again shortly."))
