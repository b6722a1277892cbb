"""How the fields of a mapping become fields of a workflow, and how their values are read, compared and shown."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from registry.custom_values import PREFIX, FieldKind, NotAValue, read
from registry.custom_values import shown as custom_shown
from registry.models import CustomField, Workflow
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Ref, Value
from registry.sheets import ParsedRow
from registry.sheets.dates import read_date

PLAIN = (
    "name", "purpose", "outputs", "stage", "initiated_date", "developed_date", "implemented_date", "retired_date",
    "topic", "affected_people", "is_public_facing", "uses_personal_data", "impact", "contract_reference",
    "system_name",
)  # fmt: skip
OWNERS = {"business_owner_email": "business_owner", "technical_owner_email": "technical_owner"}
RELATED = ("business_unit", "vendor", *OWNERS.values(), "deputy")
UNITS = ("business_unit", "parent_unit")


def own_key(name: str) -> str:
    """The key of the custom field that is named; empty for a field of the record."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""


def model_field(name: str) -> "models.Field[Any, Any]":
    return Workflow._meta.get_field(name)  # type: ignore[return-value]


def unset(name: str) -> Value:
    """What a field holds when nobody has said anything."""
    if name in RELATED or own_key(name):
        return None
    value: Value = model_field(name).get_default()
    return value


def wanted(row: ParsedRow, directory: Directory) -> dict[str, Value]:
    """The row's values under the names of the workflow's fields. An owner nobody knows is left out, not emptied."""
    values: dict[str, Value] = {}
    for name in PLAIN:
        if name in row.values:
            value = row.values[name]
            values[name] = unset(name) if value is None else value
    if any(name in row.values for name in UNITS):
        values["business_unit"] = _unit(row, directory)
    if "vendor" in row.values:
        named = row.values["vendor"]
        values["vendor"] = directory.vendor(str(named)) if named else None
    for field, name in OWNERS.items():
        if field in row.values:
            address = row.values[field]
            person = directory.person(str(address)) if address else None
            if person is not None or not address:
                values[name] = person
    return values | _own(row, directory)


def _own(row: ParsedRow, directory: Directory) -> dict[str, Value]:
    """Values of custom fields; what a field does not take is left out, not emptied."""
    values: dict[str, Value] = {}
    for name, cell in row.values.items():
        field = directory.custom.get(own_key(name))
        if field is not None:
            with suppress(NotAValue):
                values[name] = own_value(field, cell, directory)
    return values


def own_value(field: CustomField, cell: object, directory: Directory) -> Value:
    """What a cell says of a custom field; a person is named by their address. Raises `NotAValue`."""
    if field.kind == FieldKind.PERSON and isinstance(cell, str) and cell.strip():
        person = directory.person(cell.strip())
        if person is None:
            raise NotAValue(_("Nobody who is active here has the address “%(address)s”.") % {"address": cell[:100]})
        return read(field.kind, person.id)
    if field.kind == FieldKind.DATE and isinstance(cell, str) and cell.strip():
        reading = read_date(cell.strip())
        return read(field.kind, cell if reading.day is None or reading.code else reading.day)
    return read(field.kind, cell, field.choices)


def _unit(row: ParsedRow, directory: Directory) -> Ref | None:
    unit, parent = row.values.get("business_unit"), row.values.get("parent_unit")
    if unit:
        return directory.unit(str(unit), str(parent or ""))
    return directory.unit(str(parent)) if parent else None


def held(workflow: Workflow, name: str, directory: Directory) -> Value:
    """What the register holds now."""
    if key := own_key(name):
        mine: Value = workflow.custom.get(key)
        return mine
    if name in RELATED:
        pk = getattr(workflow, f"{name}_id")
        return None if pk is None else directory.labelled(name, pk)
    value: Value = getattr(workflow, name)
    return value


def revived(name: str, value: Any) -> Value:
    """A stored value back from JSON."""
    if own_key(name):
        own: Value = value
        return own
    if isinstance(value, dict):
        return Ref(value["id"], value["label"])
    if isinstance(value, str) and isinstance(model_field(name), models.DateField):
        return date.fromisoformat(value)
    result: Value = value
    return result


def same(one: Value, other: Value) -> bool:
    if isinstance(one, Ref) and isinstance(other, Ref):
        return one.id is not None and one.id == other.id
    return one == other


def shown(name: str, value: Any, people: Mapping[int, str] | None = None) -> str:
    """`value`, live or stored, as people read it; `people` are names of those that custom fields may hold."""
    if isinstance(value, Ref):
        return value.label
    if own_key(name):
        return custom_shown(value, people)
    if isinstance(value, dict):
        return str(value["label"])
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    choices = model_field(name).flatchoices
    return str(dict(choices).get(value, value)) if choices else str(value)


def label(name: str) -> str:
    text = own_key(name).replace("_", " ") or str(model_field(name).verbose_name)
    return text[:1].upper() + text[1:]
