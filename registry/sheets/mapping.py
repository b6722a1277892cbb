"""A mapping says, as plain data, which column of a file fills which field of a workflow.

{
  "name": "federal-2024",               how the command line calls it
  "title": "…",                         how people call it
  "key": ["Use Case Name", "Agency"],   the columns that together identify a row
  "blank": ["N/A", "NA"],               answers that say nothing, in any column
  "dates": {"order": "MDY", "fiscal_start": 10},
  "columns": {
    "stage": {
      "column": "Stage of Development",  or "columns": [...] with "combine": "first" | "join" | "any"
      "parse": "choice",                 text, name, date, choice, tags, email; the field's own if absent
      "values": {"In mission": "PRODUCTION"},
      "doubtful": ["In mission"],        answers that are taken, but with a warning
      "default": "PROPOSED",
      "blank": ["-"],
      "over_long": "shorten"             instead of refusing the row
    }
  }
}
"""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from registry.sheets.fields import FIELDS, Field, Kind, field_of, is_field
from registry.sheets.problems import Problem, error, warning
from registry.sheets.rules import Combine, Order, columns_of
from registry.sheets.words import excerpt, single_line

_SHIPPED = Path(__file__).resolve().parent.parent / "data" / "mappings"
_MONTHS = range(1, 13)


def shipped_mappings() -> list[str]:
    return sorted(path.stem for path in _SHIPPED.glob("*.json"))


def load_shipped(name: str) -> dict[str, Any]:
    """Raises LookupError for a name that `shipped_mappings` does not list."""
    if name not in shipped_mappings():
        raise LookupError(name)
    mapping: dict[str, Any] = json.loads((_SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    return mapping


def validate_mapping(mapping: object, columns: Iterable[str], fields: Mapping[str, Field] = FIELDS) -> list[Problem]:
    """What is wrong with the mapping for a file with these columns; `column` names the field or column meant."""
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns"), dict):
        return [_wrong("", _("A mapping is an object with “name”, “key” and “columns”."), "MAPPING_SHAPE")]
    available = set(columns)
    problems = [*_check_head(mapping), *_check_key(mapping.get("key"), available)]
    for name, needed in fields.items():
        if needed.is_needed and name not in mapping["columns"]:
            problems.append(_wrong(name, _unmapped(name, needed, fields), "NAME_UNMAPPED"))
    users: dict[str, list[str]] = {}
    for field, spec in mapping["columns"].items():
        found = _check_field(field, spec, available, fields)
        problems += found
        if not found:
            # Only the first column: the others merely stand in for it when it is blank.
            users.setdefault(columns_of(spec)[0], []).append(field)
    for column, filled in users.items():
        if len(filled) > 1:
            message = _("This column fills %(fields)s; normally a column fills one field.") % {
                "fields": ", ".join(filled)
            }
            problems.append(warning(None, column, message, code="COLUMN_SHARED"))
    return problems


def _unmapped(name: str, needed: Field, fields: Mapping[str, Field]) -> str:
    if fields is FIELDS:
        return _("No column is mapped to the name, which every workflow needs.")
    return _("No column is mapped to “%(label)s”, which every row needs.") % {"label": needed.label}


def _check_head(mapping: dict[str, Any]) -> list[Problem]:
    problems = []
    if not isinstance(mapping.get("name"), str) or not mapping["name"].strip():
        problems.append(_wrong("", _("The mapping has no name."), "MAPPING_UNNAMED"))
    if not isinstance(mapping.get("title", ""), str) or not _is_words(mapping.get("blank", [])):
        problems.append(_wrong("", _("“title” is a text and “blank” a list of texts."), "MAPPING_SHAPE"))
    dates = mapping.get("dates", {})
    if (
        not isinstance(dates, dict)
        or dates.get("order") not in (None, *Order)
        or dates.get("fiscal_start") not in (None, *_MONTHS)
        or isinstance(dates.get("fiscal_start"), bool | float)
    ):
        message = _("“dates” takes an “order”, MDY or DMY, and a “fiscal_start”, a month from 1 to 12.")
        problems.append(_wrong("", message, "MAPPING_SHAPE"))
    return problems


def _check_key(key: object, available: set[str]) -> list[Problem]:
    if not _is_words(key) or not key:
        return [_wrong("", _("“key” lists the columns that together identify a row; it is missing."), "KEY_MISSING")]
    return _check_columns(key, available)


def _check_field(field: object, spec: object, available: set[str], fields: Mapping[str, Field]) -> list[Problem]:
    if not isinstance(field, str) or not is_field(field, fields):
        return [
            _wrong(str(field), _("There is no field “%(field)s”.") % {"field": excerpt(str(field))}, "FIELD_UNKNOWN")
        ]
    if not isinstance(spec, dict):
        return [_wrong(field, _("The entry for a field is an object that names its column."), "MAPPING_SHAPE")]
    if ("column" in spec) == ("columns" in spec):
        return [_wrong(field, _("Name either one “column” or several “columns”."), "COLUMN_UNCLEAR")]
    named = spec["columns"] if "columns" in spec else [spec["column"]]
    if not _is_words(named) or not named:
        return [_wrong(field, _("Name either one “column” or several “columns”."), "COLUMN_UNCLEAR")]
    return [*_check_columns(named, available), *_check_reading(field, spec, fields), *_check_words(field, spec, fields)]


def _check_columns(named: Iterable[str], available: set[str]) -> list[Problem]:
    problems = []
    for column in map(single_line, named):
        if column in available:
            continue
        if f"{column} (1)" in available:
            message = _("Several columns are headed “%(column)s”; add the number, as in “%(column)s (1)”.")
        else:
            message = _("The file has no column “%(column)s”.")
        text = message % {"column": excerpt(column)}
        close = get_close_matches(column, available, n=1, cutoff=0.8)
        if close and f"{column} (1)" not in available:
            text += " " + _("Is “%(close)s” meant?") % {"close": excerpt(close[0])}
        problems.append(_wrong(column, text, "COLUMN_UNKNOWN"))
    return problems


def _check_reading(field: str, spec: dict[str, Any], fields: Mapping[str, Field]) -> list[Problem]:
    told = field_of(field, fields)
    kind = spec.get("parse", told.kind)
    if kind not in tuple(Kind):
        message = _("There is no way of reading called “%(kind)s”.") % {"kind": excerpt(str(kind))}
        return [_wrong(field, message, "PARSE_UNKNOWN")]
    fixed = (Kind.DATE, Kind.CHOICE, Kind.EMAIL, Kind.NUMBER, Kind.MOMENT, Kind.LIST)
    own = told.kind
    if kind != own and (kind in fixed or own in fixed):
        message = _("This field is read as “%(own)s”, not as “%(kind)s”.") % {"own": own, "kind": kind}
        return [_wrong(field, message, "PARSE_UNSUITABLE")]
    suitable = [Combine.FIRST]
    suitable += [Combine.JOIN] if own not in fixed else []
    suitable += [Combine.ANY] if "YES" in told.spellings else []
    if spec.get("combine", Combine.FIRST) not in suitable:
        message = _("“combine” is “first”, “join” for texts, or “any” for yes and no.")
        return [_wrong(field, message, "COMBINE_UNSUITABLE")]
    return []


def _check_words(field: str, spec: dict[str, Any], fields: Mapping[str, Field]) -> list[Problem]:
    problems = []
    values, symbols = spec.get("values", {}), field_of(field, fields).spellings
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        problems.append(
            _wrong(field, _("“values” gives a meaning to each answer: an object of texts."), "MAPPING_SHAPE")
        )
        values = {}
    meant = [*values.values(), *([spec["default"]] if spec.get("default") is not None else [])]
    for value in sorted({str(value) for value in meant if symbols and value not in tuple(symbols)}):
        message = _("“%(value)s” is not one of %(symbols)s.") % {"value": excerpt(value), "symbols": ", ".join(symbols)}
        problems.append(_wrong(field, message, "VALUE_UNKNOWN"))
    if not _is_words(spec.get("blank", [])) or not _is_words(spec.get("doubtful", [])):
        problems.append(_wrong(field, _("“blank” and “doubtful” are lists of texts."), "MAPPING_SHAPE"))
    if not isinstance(spec.get("default"), str | None) or spec.get("over_long", "refuse") not in ("refuse", "shorten"):
        message = _("“default” is a text, and “over_long” is “refuse” or “shorten”.")
        problems.append(_wrong(field, message, "MAPPING_SHAPE"))
    return problems


def _is_words(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _wrong(column: str, message: str, code: str) -> Problem:
    return error(None, column, message, code=code)
