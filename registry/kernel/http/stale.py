"""Two people edited the same record: both versions side by side, and a choice for each field.

A view that edits does three things: it makes its form from `settled(request.POST, ...)`, catches `Stale` and keeps
`meet(form, stale.current)` as `meeting`, and its template includes `components/stale.html` inside the form.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

PREFIX = "keep_"
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Row:
    """One field where the record and what was typed differ. `keep` is proposed: what only one side changed is kept."""

    name: str
    label: str
    theirs: str
    mine: str
    keep: str

    @property
    def choice(self) -> str:
        return PREFIX + self.name


@dataclass(frozen=True)
class Meeting:
    rows: tuple[Row, ...]
    by: Any
    at: datetime | None
    reason: str


def settled(typed: QueryDict, stored: forms.BaseForm) -> QueryDict:
    """What was typed, with the stored value wherever `theirs` was chosen; `stored` is an unbound form."""
    data = typed.copy()
    for name in stored.fields:
        if typed.get(PREFIX + name) == THEIRS:
            value = stored[name].value()
            many = isinstance(value, list | tuple | models.QuerySet)
            values = [_raw(part) for part in value] if many else [_raw(value)]
            data.setlist(stored.add_prefix(name), values)
    return data


def meet(form: Any, current: Any) -> Meeting:
    """Both versions of every field that differs; the form is set to the version on record, so that it can be sent."""
    opened = form.cleaned_data.get("opened_version")
    fresh = form.stored(current)
    before = _as_opened(current, opened)
    rows = tuple(_rows(form, fresh, before))
    form.data = form.data.copy()
    form.data[form.add_prefix("opened_version")] = str(current.version)
    newest = type(current).history.filter(**{_key(current): current.pk}).order_by("-history_id").first()
    people: Any = get_user_model()._default_manager
    person = people.filter(pk=getattr(newest, "history_user_id", None)).first()
    return Meeting(
        rows=rows,
        by=person,
        at=getattr(newest, "history_date", None),
        reason=getattr(newest, "history_change_reason", "") or "",
    )


def _rows(form: Any, fresh: Any, before: Any) -> Any:
    for name, field in form.fields.items():
        if name not in fresh.fields or name in ("opened_version", "reason", "once") or field.disabled:
            continue
        theirs = _words(field, fresh[name].value())
        mine = _words(field, form[name].value())
        if theirs != mine:
            untouched = before is not None and _same(before, name, form.cleaned_data.get(name))
            yield Row(name, str(field.label or name), theirs, mine, THEIRS if untouched else MINE)


def _as_opened(current: Any, version: int | None) -> Any:
    """The record as this person saw it, by its history."""
    row = type(current).history.filter(**{_key(current): current.pk}, version=version).order_by("-history_id").first()
    return row.instance if row is not None else None


def _same(before: Any, name: str, value: Any) -> bool:
    field = next((f for f in before._meta.concrete_fields if f.name == name), None)
    if field is None:
        return False
    stored = getattr(before, field.attname)
    return bool(stored == (value.pk if isinstance(value, models.Model) else value))


def _key(record: models.Model) -> str:
    return str(record._meta.pk.attname) if record._meta.pk is not None else "pk"


def _raw(value: Any) -> str:
    if value is None:
        return ""
    return str(value.pk) if isinstance(value, models.Model) else str(value)


def _words(field: forms.Field, value: Any) -> str:
    """A field's raw value as a person reads it."""
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(sorted(_words(field, part) for part in value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    raw = _raw(value).replace("\r\n", "\n").strip()
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=raw).first() if raw.isdigit() and field.queryset is not None else None
        return str(found) if found else ""
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for key, label in _flat(field) if str(key) == raw), raw)
    return raw


def _flat(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return [pair for pair in field.choices if isinstance(pair, tuple)]  # type: ignore[union-attr]
