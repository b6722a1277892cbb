"""What is said of a kind of record so that it can be exported, imported and undone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.kernel.access.verdict import Verdict
from registry.models import User, Workflow
from registry.services.exchange.columns import Column, Plain
from registry.sheets.fields import Field, Kind

NUMBER = "number"
OF_WORKFLOW = "workflow"
_REFERENCE = re.compile(r"(?:WF-)?0*([1-9]\d{0,17})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """One row on its way into a service: only what it changes, as the model takes it."""

    values: Mapping[str, Any]
    by: User
    at: datetime
    reason: str
    workflow: Workflow | None = None

    @property
    def of_workflow(self) -> Workflow:
        """Rows that add to a workflow have been found to name one."""
        return cast("Workflow", self.workflow)


@dataclass(frozen=True)
class RecordKind:
    """`rows` are those a person may see, with what the columns read, in the order of a file.

    `add` and `edit` are the services that the pages use: they ask the policy, check, write the history. Without
    `add` such records come into being elsewhere. `take_back` removes a record that an import made.
    """

    key: str
    label: Any
    model: type[Model]
    columns: tuple[Column, ...]
    rows: Callable[[User], QuerySet[Any]]
    may: Callable[[User], Verdict]
    """Whether there is anything of this kind that the person could ever import."""
    edit: Callable[[Any, Given], Model]
    add: Callable[[Given], Model] | None = None
    take_back: Callable[[Any, Given], None] | None = None
    in_use: Callable[[Any], bool] = lambda _record: True
    """Whether a row without a number is about this record; what is retired is only found by its number."""
    url: Callable[[Any], str] = lambda record: str(record.get_absolute_url())
    workflow_path: str = ""
    """From the record to its workflow, as filters write it; empty where it belongs to none."""
    ignores_case: bool = False
    own_parts: tuple[type[Model], ...] = ()
    """What belongs to a record and goes with it; anything else that refers to it keeps it from being taken back."""

    @cached_property
    def incoming(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns if not column.is_shown_only}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_key)

    @cached_property
    def of_people(self) -> tuple[Column, ...]:
        """Columns that name people by their addresses."""
        return tuple(c for c in self.incoming.values() if c.kind is Kind.EMAIL or c.names_people)

    @property
    def fields(self) -> dict[str, Field]:
        """What a mapping may fill."""
        return {name: column.target for name, column in self.incoming.items()}

    def identity(self, values: Mapping[str, Plain]) -> tuple[str, ...]:
        parts = tuple(str(values.get(name, "")) for name in self.keys)
        return tuple(part.casefold() for part in parts) if self.ignores_case else parts

    def plain(self, record: Any) -> dict[str, Plain]:
        return {name: column.plain(record) for name, column in self.incoming.items()}

    def of_workflows(self, user: User, workflows: Any) -> QuerySet[Any]:
        return self.rows(user).filter(**{f"{self.workflow_path}__in": workflows})

    def name_of(self, values: Mapping[str, Plain]) -> str:
        """A row as lists call it: what tells it apart."""
        return " · ".join(filter(None, (self.incoming[name].shown(values.get(name, "")) for name in self.keys)))[:200]


def number_of(text: str) -> int | None:
    """Of a workflow that is quoted by its reference or its bare number."""
    found = _REFERENCE.fullmatch(text.strip())
    return int(found[1]) if found else None


def reference(text: str) -> str:
    """A workflow as it is quoted, however short it was typed."""
    number = number_of(text)
    return Workflow(pk=number).reference if number else text


def workflow_columns(of: Callable[[Any], Workflow]) -> tuple[Column, Column]:
    """Which workflow a row belongs to, and its name for whoever reads the file."""
    return (
        Column(
            OF_WORKFLOW,
            _("Workflow ID"),
            lambda record: of(record).reference,
            headings=("workflow reference",),
            is_key=True,
            is_required=True,
            tidy=reference,
        ),
        Column("workflow_name", _("Workflow"), lambda record: of(record).name, is_shown_only=True),
    )


def number_column() -> Column:
    """The number of the record. A row that has it is found again even under another name."""
    return Column(NUMBER, _("Number"), lambda record: record.pk, Kind.NUMBER, headings=("id",), is_whole=True)


def same(one: Plain, other: Plain) -> bool:
    """Lists in any order."""
    return sorted(one) == sorted(other) if isinstance(one, list) and isinstance(other, list) else one == other
