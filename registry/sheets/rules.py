"""A mapping made ready for work: data in, rules with folded vocabularies out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.sheets.fields import FIELDS, Field, Kind, field_of
from registry.sheets.words import fold, single_line

DEFAULT_BLANKS = ("N/A", "NA", "not applicable", "null", "nil", "TBD")


class Combine(StrEnum):
    """Several columns for one field. FIRST: the first that is not blank. JOIN: all, as paragraphs.

    ANY, for yes or no: YES if one says yes, NO only if every column says no.
    """

    FIRST = "first"
    JOIN = "join"
    ANY = "any"


class Order(StrEnum):
    """Which of day and month a date such as 3/4/2024 puts first."""

    MONTH_FIRST = "MDY"
    DAY_FIRST = "DMY"


@dataclass(frozen=True)
class Rule:
    """How one field is filled. `answers` and `doubtful` and `blanks` hold folded text."""

    field: str
    columns: tuple[str, ...]
    combine: Combine
    kind: Kind
    answers: Mapping[str, str]
    doubtful: frozenset[str]
    blanks: frozenset[str]
    default: str | None
    limit: int | None
    shorten: bool


@dataclass(frozen=True)
class ColumnMapping:
    """`fiscal_start` is the month in which a fiscal year begins, in the calendar year before the one that names it."""

    name: str
    title: str
    key: tuple[str, ...]
    rules: tuple[Rule, ...]
    order: Order | None
    fiscal_start: int | None


def compile_mapping(data: Mapping[str, Any], fields: Mapping[str, Field] = FIELDS) -> ColumnMapping:
    """For data in which `validate_mapping` finds no ERROR."""
    blanks = tuple(data.get("blank", DEFAULT_BLANKS))
    dates = data.get("dates", {})
    return ColumnMapping(
        name=data["name"],
        title=data.get("title", data["name"]),
        key=tuple(map(single_line, data["key"])),
        rules=tuple(_rule(field, spec, blanks, fields) for field, spec in data["columns"].items()),
        order=Order(dates["order"]) if dates.get("order") else None,
        fiscal_start=dates.get("fiscal_start"),
    )


def columns_of(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns a field is read from, named as the heading row names them after tidying."""
    named = spec["columns"] if "columns" in spec else [spec["column"]]
    return tuple(map(single_line, named))


def _rule(name: str, spec: Mapping[str, Any], blanks: tuple[str, ...], fields: Mapping[str, Field]) -> Rule:
    field = field_of(name, fields)
    answers = {fold(word): symbol for symbol, words in field.spellings.items() for word in (symbol, *words)}
    answers.update({fold(word): symbol for word, symbol in spec.get("values", {}).items()})
    return Rule(
        field=name,
        columns=columns_of(spec),
        combine=Combine(spec.get("combine", Combine.FIRST)),
        kind=Kind(spec.get("parse", field.kind)),
        answers=answers,
        doubtful=frozenset(map(fold, spec.get("doubtful", ()))),
        # A word the mapping gives a meaning is an answer, whatever the list of blanks says.
        blanks=frozenset(map(fold, (*blanks, *spec.get("blank", ()))))
        - {fold(word) for word in spec.get("values", {})},
        default=spec.get("default", field.fallback),
        limit=field.limit,
        shorten=spec.get("over_long") == "shorten",
    )
