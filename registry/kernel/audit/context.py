"""The acting person, origin and reason of the unit of work at hand, carried in a context variable.

Pages, API calls, tasks and commands open an `acting` block; every history row written inside takes its
who, why and whence from there, so that no save anywhere has to remember to pass them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum


class Origin(StrEnum):
    PAGE = "PAGE"
    API = "API"
    TASK = "TASK"
    COMMAND = "COMMAND"
    IMPORT = "IMPORT"
    MIGRATION = "MIGRATION"
    DATABASE = "DATABASE"
    """Past the application: the guard of the database wrote the history row."""
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Acting:
    user_id: int | None = None
    origin: str = Origin.UNKNOWN
    reason: str = ""
    unit_id: str = ""
    """The request id, task id or command run that the change belongs to."""


NOBODY = Acting()
_current: ContextVar[Acting] = ContextVar("acting", default=NOBODY)


def current() -> Acting:
    return _current.get()


def attribute_to(user_id: int) -> None:
    """Name the person of the block at hand, once it is known who calls."""
    _current.set(replace(_current.get(), user_id=user_id))


@contextmanager
def acting(
    *,
    user_id: int | None = None,
    origin: str | None = None,
    reason: str | None = None,
    unit_id: str | None = None,
) -> Iterator[Acting]:
    """Everything written inside is attributed as given; what is not given is taken from the block around."""
    outer = _current.get()
    inner = replace(
        outer,
        user_id=outer.user_id if user_id is None else user_id,
        origin=outer.origin if origin is None else origin,
        reason=outer.reason if reason is None else reason,
        unit_id=outer.unit_id if unit_id is None else unit_id,
    )
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)
