"""Reading history: what one history row changed, field by field, as people read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from registry.kernel.audit.models import AuditEntry

HIDDEN = frozenset({"password", "digest", "version", "search", "last_login"})
"""Fields whose values never leave the history table (secrets) or say nothing to a reader (counters)."""


@dataclass(frozen=True)
class Change:
    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One line of a readable history: who, when, why and what changed."""

    at: datetime
    kind: str
    object_type: str
    object_id: str
    actor_id: int | None
    actor: Any
    origin: str
    unit_id: str
    reason: str
    changes: tuple[Change, ...]
    title: str
    event: str = ""
    detail: dict[str, Any] | None = None


def describe(field: models.Field[Any, Any], value: Any, names: dict[tuple[str, Any], str]) -> str:
    """`value` as people read it: labels of choices, names of related records, empty for nothing."""
    if value is None or value == "" or value == []:
        return ""
    if field.is_relation and field.related_model is not None:
        return names.get((field.related_model._meta.label, value), f"#{value}")  # type: ignore[union-attr]
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    return str(value)


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.name not in HIDDEN and not field.primary_key]


def entries_for(rows: Sequence[AuditEntry]) -> list[Entry]:
    """Readable lines for a page of index rows, in a number of queries that does not grow with the page's length."""
    by_type: dict[str, list[AuditEntry]] = {}
    for row in rows:
        if row.history_id is not None:
            by_type.setdefault(row.object_type, []).append(row)
    loaded: dict[tuple[str, int], tuple[Any, Any]] = {}
    for label, group in by_type.items():
        loaded.update(_load(label, group))
    names = _names(pair for pair in loaded.values())
    people = _people(row.actor_id for row in rows)
    return [_entry(row, loaded, names, people) for row in rows]


def _load(label: str, group: list[AuditEntry]) -> dict[tuple[str, int], tuple[Any, Any]]:
    """Each history row of one model with the row before it."""
    model: Any = apps.get_model(label)
    history = model.history.model
    pk = model._meta.pk.attname
    ids = [row.history_id for row in group]
    found = {row.history_id: row for row in history.objects.filter(history_id__in=ids)}
    previous = (
        history.objects.filter(history_id__in=ids)
        .annotate(
            before_id=models.Subquery(
                history.objects.filter(**{pk: models.OuterRef(pk)}, history_id__lt=models.OuterRef("history_id"))
                .order_by("-history_id")
                .values("history_id")[:1]
            )
        )
        .values_list("history_id", "before_id")
    )
    before_of = dict(previous)
    befores = history.objects.in_bulk([i for i in before_of.values() if i], field_name="history_id")
    return {(label, key): (row, befores.get(before_of.get(key))) for key, row in found.items()}


def _names(pairs: Iterable[tuple[Any, Any]]) -> dict[tuple[str, Any], str]:
    """Names of the records that the changed foreign keys point to, one query a model."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for new, old in pairs:
        for row in (new, old):
            if row is None:
                continue
            for field in fields_of(row.instance_type):
                if field.is_relation and isinstance(field.related_model, type):
                    value = getattr(row, field.attname, None)
                    if value is not None:
                        wanted.setdefault(field.related_model, set()).add(value)
    return {
        (model._meta.label, key): str(found)
        for model, keys in wanted.items()
        for key, found in model._default_manager.in_bulk(list(keys)).items()
    }


def _people(ids: Iterable[int | None]) -> dict[int, Any]:
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.in_bulk([i for i in set(ids) if i is not None])


def _entry(
    row: AuditEntry,
    loaded: dict[tuple[str, int], tuple[Any, Any]],
    names: dict[tuple[str, Any], str],
    people: dict[int, Any],
) -> Entry:
    new, old = loaded.get((row.object_type, row.history_id or 0), (None, None))
    return Entry(
        at=row.at,
        kind=row.kind,
        object_type=row.object_type,
        object_id=row.object_id,
        actor_id=row.actor_id,
        actor=people.get(row.actor_id) if row.actor_id else None,
        origin=row.origin,
        unit_id=row.unit_id,
        reason=row.reason,
        changes=_changes(new, old, names) if new is not None else (),
        title=_title(row, new),
        event=row.event,
        detail=row.detail,
    )


def _title(row: AuditEntry, new: Any) -> str:
    try:
        kind = str(apps.get_model(row.object_type)._meta.verbose_name) if row.object_type else ""
    except LookupError:
        kind = row.object_type
    if new is None:
        return f"{kind} {row.object_id}".strip()
    return f"{kind} {getattr(new, 'reference', None) or getattr(new, 'name', None) or getattr(new, 'title', None) or row.object_id}"


def _changes(new: Any, old: Any, names: dict[tuple[str, Any], str]) -> tuple[Change, ...]:
    found = []
    for field in fields_of(new.instance_type):
        after = getattr(new, field.attname, None)
        before = getattr(old, field.attname, None) if old is not None else None
        if after == before:
            continue
        found.append(
            Change(
                field=field.name,
                label=str(field.verbose_name).capitalize(),
                old=describe(field, before, names),
                new=describe(field, after, names),
            )
        )
    return tuple(change for change in found if change.old != change.new)
