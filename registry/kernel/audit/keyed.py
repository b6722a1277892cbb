"""A field that holds many values under keys: in the history each of them is a line of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

PERSON = "person"


class KeyedField(models.JSONField):
    """An object of plain values. A person among them stands as `{"person": number}`."""


@dataclass(frozen=True)
class Part:
    """One key of a keyed field, as reading the history knows fields."""

    name: str
    verbose_name: str
    is_relation: bool = False
    related_model: Any = None
    choices: Any = None


def each_part(field: Any, before: Any, after: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The field with its values before and after; of a keyed field each key that differs."""
    if not isinstance(field, KeyedField):
        yield field, before, after
        return
    old, new = before or {}, after or {}
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield _part(field, key, old.get(key), new.get(key))


def _part(field: Any, key: str, old: Any, new: Any) -> tuple[Part, Any, Any]:
    label = key.replace("_", " ").capitalize()
    if not any(isinstance(value, Mapping) for value in (old, new)):
        return Part(f"{field.name}.{key}", label), old, new
    person = get_user_model()
    return Part(f"{field.name}.{key}", label, True, person), _number(old), _number(new)


def _number(value: Any) -> Any:
    return value.get(PERSON) if isinstance(value, Mapping) else value
