"""Changing a record that somebody else may have changed meanwhile: what differs, and refusing to overwrite it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from registry.kernel.http.errors import Stale


def differing(record: models.Model, fields: Mapping[str, Any]) -> list[str]:
    """Names of those `fields` whose given value is not the stored one, in the order given."""
    return [name for name, value in fields.items() if _stored(record, name) != _comparable(value)]


def refuse_if_stale(record: models.Model, opened_version: int | None, fields: Mapping[str, Any]) -> None:
    """Raise `Stale` when the record moved on since `opened_version` and saving `fields` would change it.

    Sending the same form twice is therefore no conflict: the second time nothing differs any more.
    """
    if opened_version is None or opened_version == getattr(record, "version", opened_version):
        return
    if changed := differing(record, fields):
        raise Stale(
            current=record,
            differences={label_of(record, name): (_shown(record, name), _words(fields[name])) for name in changed},
        )


def put(record: models.Model, fields: Mapping[str, Any]) -> list[str]:
    """Set what differs on `record` without saving it; the names of what changed."""
    changed = differing(record, fields)
    for name in changed:
        setattr(record, name, fields[name])
    return changed


def label_of(record: models.Model, name: str) -> str:
    return str(getattr(record._meta.get_field(name), "verbose_name", name)).capitalize()


def _comparable(value: Any) -> Any:
    """Related records count by their keys, in no order."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list | tuple | models.QuerySet) and value and isinstance(value[0], models.Model):
        return sorted(part.pk for part in value)
    return list(value) if isinstance(value, models.QuerySet) else value


def _stored(record: models.Model, name: str) -> Any:
    field = record._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(record, name).values_list("pk", flat=True))
    return getattr(record, getattr(field, "attname", name))


def _shown(record: models.Model, name: str) -> str:
    label = getattr(record, f"get_{name}_display", None)
    value = label() if label else getattr(record, name)
    return _words(value.all() if isinstance(value, models.Manager) else value)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_words(part)}" for key, part in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return ", ".join(str(part) for part in value)
    return str(value)
