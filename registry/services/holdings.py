"""What a person answers for: every kind of record that names somebody who must still do something.

Each application says which kinds it has; whoever hands over asks here and need not know them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from registry.kernel.access.verdict import Verdict
from registry.models import User
from registry.policies.attestations import may_be_asked

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Move:
    """One record that passes from `person` to `successor`, or stays without anybody."""

    kind: "Kind"
    record: Any
    person: User
    successor: User | None
    by: User
    at: datetime
    reason: str

    @property
    def title(self) -> str:
        return self.kind.title(self.record)


def nothing_else(_moves: Sequence[Move]) -> None:
    """The closed account stays named on the record."""


def everything(rows: Rows, _user: User) -> Rows:
    return rows


@dataclass(frozen=True)
class Kind:
    """Records of `model` that name a person in `field`, as long as `about` holds of them."""

    key: str
    label: Any
    """What the person is to the record."""
    model: Any
    field: str
    about: Callable[[], Q]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    hand: Callable[[Sequence[Move]], None]
    """Passes records on, in the transaction of the caller, who has said who acts and why."""
    fits: Callable[[User], Verdict] = may_be_asked
    """Whether somebody can take it at all."""
    leave: Callable[[Sequence[Move]], None] = nothing_else
    """What follows when nobody takes it."""
    seen: Callable[[Rows, User], Rows] = everything
    """Those of the rows that somebody may see."""
    names: tuple[str, ...] = ()
    """Relations that the title reads."""

    @property
    def label_lower(self) -> str:
        return str(self.model._meta.label_lower)

    def held_by(self, person: User) -> Rows:
        rows: Rows = self.model._default_manager.filter(self.about(), **{self.field: person})
        return rows.select_related(*self.names).order_by("pk")

    def of_leavers(self) -> Counter[int]:
        """Person who has left → how many of these records still name them."""
        rows = self.model._default_manager.filter(self.about(), **{f"{self.field}__is_active": False})
        return Counter(dict(rows.order_by().values_list(self.field).annotate(n=Count("pk"))))


@dataclass(frozen=True)
class Holding:
    kind: Kind
    record: Any

    @property
    def key(self) -> str:
        """The same whenever it is looked at, such as `signal:12`."""
        return f"{self.kind.key}:{self.record.pk}"

    @property
    def title(self) -> str:
        return self.kind.title(self.record)

    @property
    def url(self) -> str:
        return self.kind.url(self.record)


_kinds: dict[str, Kind] = {}
_places: dict[str, int] = {}


def declare(kinds: Iterable[Kind], *, place: int) -> None:
    """Said once for each application, when it starts; `place` orders the applications."""
    for kind in kinds:
        _kinds[kind.key], _places[kind.key] = kind, place


def known() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: _places[kind.key])


def kind_of(key: str) -> Kind | None:
    """Nothing for a kind that there is no more."""
    return _kinds.get(key)


def held_by(person: User, *, seen_by: User) -> list[Holding]:
    """What `seen_by` may see of it, one query for each kind."""
    return [Holding(kind, record) for kind in known() for record in kind.seen(kind.held_by(person), seen_by)]


def unseen_of(person: User, *, by: User) -> Iterator[Holding]:
    """What `by` may not see, such as roles in restricted incidents."""
    for kind in known():
        if kind.seen is not everything:
            shown = kind.seen(kind.held_by(person), by).values("pk")
            yield from (Holding(kind, record) for record in kind.held_by(person).exclude(pk__in=shown))
