"""The difference between two moments: what was added, changed and removed, field by field, kind by kind."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from registry.kernel.audit.asof import as_known
from registry.kernel.audit.keyed import each_part
from registry.kernel.audit.loading import load
from registry.kernel.audit.reading import Change, describe, fields_of

Model = type[models.Model]
Names = Mapping[tuple[str, Any], Any]


def nobody(_record: Any) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of record under the subject: which rows belong to it, by what was in force at each moment."""

    model: Any
    belongs: models.Q
    unread: frozenset[str] = frozenset()
    """Fields that say nothing to a reader here."""
    title: Callable[[Any], object] = str
    is_closed: Callable[[Any], bool] = nobody
    """Of closed records it is said that they changed, not what."""


@dataclass(frozen=True)
class Difference:
    """One record that is not as it was."""

    title: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Group:
    label: str
    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    removed: list[Difference] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


Known = dict[tuple[str, Any], Any]
Pair = tuple[Any, Any]


def differences(kinds: Sequence[Kind], start: datetime, end: datetime, logs: Mapping[Model, str]) -> list[Group]:
    """In the order of `kinds`; those without a difference are left out.

    Three statements, however many kinds there are. `logs` are the append-only tables among the kinds, by the column
    that dates their rows.
    """
    before, after = _known(kinds, start, logs), _known(kinds, end, logs)
    pairs: dict[str, list[Pair]] = {kind.model._meta.label: [] for kind in kinds}
    for key in sorted({*before, *after}):
        pairs[key[0]].append((before.get(key), after.get(key)))
    names = _names(kinds, pairs)
    groups = (_group(kind, pairs[kind.model._meta.label], names) for kind in kinds)
    return [group for group in groups if group]


def _known(kinds: Sequence[Kind], at: datetime, logs: Mapping[Model, str]) -> Known:
    models_read = [kind.model for kind in kinds if kind.model not in logs]
    with as_known(at, models_read, logs=logs):
        rows = load(kind.model._base_manager.filter(kind.belongs) for kind in kinds)
        return {(row._meta.label, row.pk): row for row in rows}


def _group(kind: Kind, pairs: Iterable[Pair], names: Names) -> Group:
    label = str(kind.model._meta.verbose_name)
    group = Group(label[:1].upper() + label[1:])
    for old, new in pairs:
        record = new if new is not None else old
        is_closed = kind.is_closed(record)
        changes = () if is_closed else tuple(_changes(kind, old, new, names))
        title = f"#{record.pk}" if is_closed else str(kind.title(record))
        if old is None:
            group.added.append(Difference(title, changes))
        elif new is None:
            group.removed.append(Difference(title, changes))
        elif changes or (is_closed and any(_differing(kind, old, new))):
            group.changed.append(Difference(title, changes))
    return group


def _differing(kind: Kind, old: Any, new: Any) -> Iterator[tuple[Any, Any, Any]]:
    for each in fields_of(kind.model):
        before, after = getattr(old, each.attname, None), getattr(new, each.attname, None)
        if before != after and each.name not in kind.unread and not each.generated:
            yield from each_part(each, before, after)


def _changes(kind: Kind, old: Any, new: Any, names: Names) -> Iterator[Change]:
    for each, before, after in _differing(kind, old, new):
        change = Change(
            field=each.name,
            label=str(each.verbose_name)[:1].upper() + str(each.verbose_name)[1:],
            old=describe(each, before, names),
            new=describe(each, after, names),
        )
        if change.old != change.new:
            yield change


def _names(kinds: Sequence[Kind], pairs: Mapping[str, Iterable[Pair]]) -> Names:
    """Records that changed foreign keys point to, under the names they have now, in one statement."""
    wanted: dict[Any, set[Any]] = {}
    for kind in kinds:
        for old, new in pairs[kind.model._meta.label]:
            for each, before, after in _differing(kind, old, new):
                if each.is_relation:
                    wanted.setdefault(each.related_model, set()).update({before, after} - {None})
    found = load(model._default_manager.filter(pk__in=keys) for model, keys in wanted.items() if keys)
    return {(row._meta.label, row.pk): row for row in found}
