"""The values of a workflow's custom fields in words, those of retired fields too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.custom_values import FieldKind, person_of, shown
from registry.models import CustomField, User, Workflow


@dataclass(frozen=True)
class Told:
    field: CustomField
    value: str
    day: date | None = None
    link: str = ""
    is_missing: bool = False
    """The stage of the workflow needs it."""


def told(workflow: Workflow) -> list[Told]:
    """Fields in use in their order, then retired ones that still hold something."""
    fields = list(CustomField.objects.all())
    shown_fields = [f for f in fields if f.retired_at is None] + [
        f for f in fields if f.retired_at is not None and f.key in workflow.custom
    ]
    people = _people(workflow.custom)
    return [_told(field, workflow, people) for field in shown_fields]


def _told(field: CustomField, workflow: Workflow, people: Mapping[int, str]) -> Told:
    value = workflow.custom.get(field.key)
    return Told(
        field=field,
        value=shown(value, people),
        day=date.fromisoformat(value) if field.kind == FieldKind.DATE and value else None,
        link=value if field.kind == FieldKind.LINK and value else "",
        is_missing=value is None and field.retired_at is None and field.is_needed_at(workflow.stage),
    )


def _people(values: Mapping[str, Any]) -> dict[int, str]:
    keys = [number for number in map(person_of, values.values()) if number]
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
