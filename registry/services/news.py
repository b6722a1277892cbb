"""What happened to workflows, in the words that whoever watches them reads.

Each application says which of its records tell something, and which days do; whoever tells asks here and need not
know them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.models import AuditEntry
from registry.kernel.audit.reading import pairs_of
from registry.models import User, Workflow


class Topic(models.TextChoices):
    """The kinds of notices that whoever watches gets; what is addressed to a person may be of the same kind."""

    TIER = "TIER", _("Risk tier")
    STAGE = "STAGE", _("Lifecycle stage")
    OWNER = "OWNER", _("Owners")
    GAP = "GAP", _("Gaps")
    DRIFT = "DRIFT", _("Drift")
    BASELINE = "BASELINE", _("Baselines")
    ATTESTATION = "ATTESTATION", _("Attestations")
    INCIDENT = "INCIDENT", _("Incidents")
    ACTION = "ACTION", _("Action items")


def everybody(_user: User) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """One entry of the record, with the record as it was after it and before it."""

    entry: AuditEntry
    new: Any
    old: Any

    def became(self, field: str, *values: object) -> bool:
        """Whether the field took one of `values`, or anything else, by this."""
        now, before = getattr(self.new, field), getattr(self.old, field, None)
        return now != before and (not values or now in values)


def steps_of(entries: Iterable[AuditEntry]) -> dict[str, list[Step]]:
    """The steps of each kind of record, in the order of the entries."""
    known = list(entries)
    numbers: dict[str, list[int]] = defaultdict(list)
    for entry in known:
        numbers[entry.object_type].append(entry.history_id or 0)
    pairs = pairs_of(numbers)
    steps: dict[str, list[Step]] = defaultdict(list)
    for entry in known:
        new, old = pairs.get((entry.object_type, entry.history_id or 0), (None, None))
        if new is not None:
            steps[entry.object_type].append(Step(entry, new, old))
    return steps


@dataclass(frozen=True)
class News:
    """One thing to tell of one workflow. `key` is the same whenever it is worked out again."""

    key: str
    topic: Topic
    workflow: int
    subject: str
    body: str
    url: str
    about: models.Model
    at: datetime
    by: int | None = None
    """Who did it, and therefore knows."""
    heard: frozenset[int] = frozenset()
    """Who is told in person, by a notice of its own."""
    may_hear: Callable[[User], bool] = everybody
    """Asked when it is told."""


Read = Callable[[Sequence[Step]], Iterator[News]]
Days = Callable[[date, date], Iterator[News]]
"""From the first to the last day, both included."""

_readers: dict[str, list[Read]] = defaultdict(list)
_of_new: set[str] = set()
_days: list[Days] = []


def declare(label: str, read: Read, *, of_new: bool = False) -> None:
    """Said once for each kind of record, when the application starts. `label` is `app.model`.

    With `of_new` also what is created tells something; otherwise only what changes.
    """
    if read not in _readers[label]:
        _readers[label].append(read)
    if of_new:
        _of_new.add(label)


def declare_days(read: Days) -> None:
    if read not in _days:
        _days.append(read)


def labels(*, of_new: bool = False) -> list[str]:
    """The kinds of records that tell something."""
    return sorted(_of_new if of_new else _readers)


def read(label: str, steps: Sequence[Step]) -> Iterator[News]:
    for reader in _readers[label]:
        yield from reader(steps)


def of_days(first: date, last: date) -> Iterator[News]:
    for days in _days:
        yield from days(first, last)


def people(*numbers: int | None) -> frozenset[int]:
    return frozenset(pk for pk in numbers if pk is not None)


def workflows_named(numbers: Iterable[int | None]) -> dict[int, str]:
    """Number → name, in one statement."""
    wanted = {pk for pk in numbers if pk is not None}
    return dict(Workflow.objects.filter(pk__in=wanted).values_list("pk", "name"))
