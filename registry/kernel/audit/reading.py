"""Reading history: what one history row changed, field by field, as people read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from registry.kernel.audit.asof import clock
from registry.kernel.audit.events import DETAILS, label_of
from registry.kernel.audit.keyed import each_part
from registry.kernel.audit.loading import load
from registry.kernel.audit.models import AuditEntry
from registry.kernel.audit.titles import title_of

HIDDEN = frozenset({"password", "version", "search", "last_login"})
"""Fields whose values never leave the history table (secrets) or say nothing to a reader (counters)."""
HIDDEN_IN = {"registry.apitoken": frozenset({"digest"})}

Pair = tuple[Any, Any]
"""A history row and the row before it of the same record; either may be missing."""


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
    url: str = ""
    """Where the record is shown; empty for what was deleted and for what has no page."""
    event: str = ""
    detail: dict[str, Any] | None = None

    @property
    def is_about_actor(self) -> bool:
        """Signing in and the like: naming the record would name the person twice."""
        is_person = self.object_type == get_user_model()._meta.label_lower
        return is_person and self.object_id == str(self.actor_id)

    @property
    def event_label(self) -> str:
        return label_of(self.event)

    @property
    def details(self) -> list[tuple[str, str]]:
        """What is known of an event beside who and when, in words."""
        return [
            (str(DETAILS.get(name, name.replace("_", " ").capitalize())), _plain(value))
            for name, value in (self.detail or {}).items()
            if value not in ("", None, [], {})
        ]

    @property
    def kind_label(self) -> str:
        return str(AuditEntry.Kind(self.kind).label)

    @property
    def origin_label(self) -> str:
        return {
            "PAGE": _("on a page"),
            "API": _("through the API"),
            "TASK": _("by a background task"),
            "COMMAND": _("by a command"),
            "IMPORT": _("by an import"),
            "MIGRATION": _("by a migration"),
            "DATABASE": _("past the application"),
        }.get(self.origin, _("source not recorded"))


def entries_for(rows: Sequence[AuditEntry]) -> list[Entry]:
    """Readable lines for a page of index rows, in a number of queries that does not grow with the page's length."""
    by_type: dict[str, list[int]] = {}
    for row in rows:
        if row.history_id is not None:
            by_type.setdefault(row.object_type, []).append(row.history_id)
    loaded = pairs_of(by_type)
    names = _names(loaded.values(), (row.actor_id for row in rows))
    return [_entry(row, loaded.get((row.object_type, row.history_id or 0), (None, None)), names) for row in rows]


def entries_of(record: models.Model, limit: int) -> list[Entry]:
    """The newest `limit` lines of one record's own history, in one query and one more for each kind of name in them."""
    history = _history(type(record))
    known = history.objects.filter(**{_key(type(record)): record.pk}, history_date__lte=clock())
    rows = list(known.order_by("-history_id")[: limit + 1])
    pairs = list(zip(rows, [*rows[1:], None], strict=True))[:limit]
    names = _names(pairs, (row.history_user_id for row, _before in pairs))
    label = record._meta.label_lower
    return [_entry(_as_index_row(row, label, str(record.pk)), (row, before), names) for row, before in pairs]


def fields_of(model: type[models.Model]) -> list[Any]:
    """The fields of a record that a reader is shown; when it changed is told by the line itself."""
    hidden = HIDDEN | HIDDEN_IN.get(model._meta.label_lower, frozenset())
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in hidden and not field.primary_key and not getattr(field, "auto_now", False)
    ]


def describe(field: Any, value: Any, names: Mapping[tuple[str, Any], Any]) -> str:
    """`value` as people read it: labels of choices, names of related records, empty for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if field.is_relation:
        return str(names.get((field.related_model._meta.label, value), f"#{value}"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list) and getattr(field, "base_field", None) is not None:
        return ", ".join(describe(field.base_field, part, names) for part in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "; ".join(f"{_symbol(key)}: {_plain(part)}" for key, part in value.items() if part not in ("", None))
    if isinstance(value, list | tuple):
        return ", ".join(_plain(part) for part in value)
    return _symbol(value)


def _symbol(value: Any) -> str:
    """Stored symbols such as CUSTOMER_EXPOSURE in words; anything else as it is."""
    text = str(value)
    is_symbol = len(text) > 3 and text.isupper() and text.replace("_", "").isalpha()
    return text.replace("_", " ").capitalize() if is_symbol else text


def _history(model: Any) -> Any:
    return model.history.model


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.attname) if model._meta.pk is not None else "pk"


def pairs_of(by_type: Mapping[str, list[int]]) -> dict[tuple[str, int], Pair]:
    """Each history row with the row before it of the same record, in two statements for all kinds of records."""
    models_of = {label: model for label in by_type if (model := _model(label)) is not None}
    rows = list(load(_with_before(models_of[label], by_type[label]) for label in models_of))
    wanted: dict[Any, list[int]] = {}
    for row in rows:
        if row.before_id is not None:
            wanted.setdefault(type(row), []).append(row.before_id)
    befores = load(model.objects.filter(history_id__in=ids) for model, ids in wanted.items())
    found = {(row.instance_type, row.history_id): row for row in befores}
    return {
        (row.instance_type._meta.label_lower, row.history_id): (row, found.get((row.instance_type, row.before_id)))
        for row in rows
    }


def _model(label: str) -> type[models.Model] | None:
    """A kind of record that no longer exists keeps its index rows."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _with_before(model: type[models.Model], ids: list[int]) -> models.QuerySet[Any]:
    history, key = _history(model), _key(model)
    before = history.objects.filter(**{key: models.OuterRef(key)}, history_id__lt=models.OuterRef("history_id"))
    newest_before = models.Subquery(before.order_by("-history_id").values("history_id")[:1])
    rows: models.QuerySet[Any] = history.objects.filter(history_id__in=ids).annotate(before_id=newest_before)
    return rows


def _names(pairs: Iterable[Pair], people: Iterable[int | None]) -> dict[tuple[str, Any], Any]:
    """Who acted, and the records that changed foreign keys point to, in one statement."""
    person: type[models.Model] = get_user_model()
    wanted: dict[type[models.Model], set[Any]] = {person: {pk for pk in people if pk is not None}}
    for new, old in pairs:
        for field, before, after in _differences(new, old):
            if field.is_relation:
                wanted.setdefault(field.related_model, set()).update({before, after} - {None})
    found = load(model._default_manager.filter(pk__in=keys) for model, keys in wanted.items() if keys)
    return {(row._meta.label, row.pk): row for row in found}


def _differences(new: Any, old: Any) -> Iterable[tuple[Any, Any, Any]]:
    """Field, value before, value after. What was deleted had its values before and has none after."""
    if new is None:
        return
    if new.history_type == "-":
        new, old = None, new
    model = (new if new is not None else old).instance_type
    for field in fields_of(model):
        before, after = getattr(old, field.attname, None), getattr(new, field.attname, None)
        if before != after:
            yield from each_part(field, before, after)


def _as_index_row(row: Any, label: str, object_id: str) -> AuditEntry:
    return AuditEntry(
        at=row.history_date,
        kind=row.history_type,
        object_type=label,
        object_id=object_id,
        history_id=row.history_id,
        actor_id=row.history_user_id,
        origin=row.history_origin,
        unit_id=row.history_unit_id,
        reason=row.history_change_reason or "",
    )


def _entry(row: AuditEntry, pair: Pair, names: dict[tuple[str, Any], Any]) -> Entry:
    return Entry(
        at=row.at,
        kind=row.kind,
        object_type=row.object_type,
        object_id=row.object_id,
        actor_id=row.actor_id,
        actor=names.get((get_user_model()._meta.label, row.actor_id)),
        origin=row.origin,
        unit_id=row.unit_id,
        reason=row.reason,
        changes=_changes(pair, names),
        title=title_of(row, _model(row.object_type) if row.object_type else None, pair[0]),
        url=_url(row),
        event=row.event,
        detail=row.detail,
    )


def _url(row: AuditEntry) -> str:
    model: Any = _model(row.object_type) if row.object_type and row.kind != AuditEntry.Kind.DELETED else None
    if not hasattr(model, "get_absolute_url") or not row.object_id:
        return ""
    try:
        return str(model(pk=model._meta.pk.to_python(row.object_id)).get_absolute_url())
    except (NoReverseMatch, ValidationError):
        return ""


def _changes(pair: Pair, names: Mapping[tuple[str, Any], Any]) -> tuple[Change, ...]:
    found = (
        Change(
            field=field.name,
            label=str(field.verbose_name).capitalize(),
            old=describe(field, before, names),
            new=describe(field, after, names),
        )
        for field, before, after in _differences(*pair)
    )
    return tuple(change for change in found if change.old != change.new)
