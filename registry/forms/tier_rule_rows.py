"""Tier rules as rows of a page: read from a definition or from what was sent, changed by one button, written back.

A rule has a tier, a name and lines. A line is one condition: an answer of one area, a count of areas, the class under
the EU AI Act, or, where conditions stand inside one another, a condition kept as it was written. Everything is text as
typed, so that what is not right yet stays on the page.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from django.http import QueryDict

from registry.risk_areas import Area
from registry.tiering_rules import MOST_RULES

MOST_LINES: Final = 20
"""Lines of one rule on the page; rules with more are written as text."""
LONGEST_WRITTEN: Final = 20_000


class Kind(StrEnum):
    """What a line asks about."""

    AREA = "area"
    COUNT = "count"
    CLASS = "class"
    WRITTEN = "written"


class Join(StrEnum):
    ANY = "any"
    ALL = "all"
    ALWAYS = "always"


@dataclass(frozen=True)
class Line:
    """One condition; which of the values count depends on `kind`."""

    kind: Kind
    area: str = ""
    level: str = ""
    number: str = ""
    areas: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    written: str = ""


NEW: Final = {
    Kind.AREA: Line(Kind.AREA, level="HIGH"),
    Kind.COUNT: Line(Kind.COUNT, level="HIGH", number="1"),
    Kind.CLASS: Line(Kind.CLASS),
}
"""Lines as they begin."""


@dataclass(frozen=True)
class Rule:
    tier: str = ""
    name: str = ""
    join: str = Join.ALL.value
    lines: tuple[Line, ...] = (NEW[Kind.AREA],)


def of_definition(definition: Mapping[str, Any]) -> list[Rule]:
    """The rows of a definition that `validate` finds nothing wrong with."""
    return [_rule(rule) for rule in definition["rules"]]


def fits(definition: Mapping[str, Any]) -> bool:
    """Whether the page has room for every line."""
    return all(len(rule.lines) <= MOST_LINES for rule in of_definition(definition))


def sent(data: QueryDict) -> list[Rule]:
    """The rows as they were sent; never more than a rule set may have."""
    return [_sent_rule(data, f"rule-{at}") for at in range(_count(data.get("rules"), MOST_RULES))]


def as_sent(rules: Sequence[Rule]) -> dict[str, list[str]]:
    """The fields that `sent` reads the same rows from."""
    fields = {"rules": [str(len(rules))]}
    for at, rule in enumerate(rules):
        row = f"rule-{at}"
        fields |= {f"{row}-tier": [rule.tier], f"{row}-name": [rule.name], f"{row}-join": [rule.join]}
        fields[f"{row}-kinds"] = [",".join(line.kind.value for line in rule.lines)]
        for number, line in enumerate(rule.lines):
            fields |= {f"{row}-{number}-{name}": value for name, value in _values(line).items()}
    return fields


def definition_of(rules: Iterable[Rule]) -> dict[str, Any]:
    """The definition that the rows say; what is missing in a row is missing in it too."""
    return {
        "version": "next",
        "rules": [{"tier": rule.tier, "name": rule.name.strip(), "when": _when(rule)} for rule in rules],
    }


def changed(rules: Sequence[Rule], verb: str) -> tuple[list[Rule], int]:
    """The rows after a button such as `add`, `up-2`, `drop-2`, `add-2-count` or `drop-2-0`, and the row to look at.

    A button that means nothing, or that has no room, changes nothing.
    """
    word, *rest = verb.split("-")
    at = int(rest[0]) if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 4 else -1
    rows = list(rules)
    if word == "add" and not rest and len(rows) < MOST_RULES:
        return _with_new(rows)
    if not 0 <= at < len(rows):
        return rows, 0
    if len(rest) == 2:
        rows[at] = _with_lines(rows[at], word, rest[1])
    elif word == "drop" and len(rows) > 1:
        del rows[at]
    elif word in {"up", "down"}:
        to = max(0, at - 1) if word == "up" else min(len(rows) - 1, at + 1)
        rows.insert(to, rows.pop(at))
        at = to
    return rows, min(at, len(rows) - 1)


def _with_new(rows: list[Rule]) -> tuple[list[Rule], int]:
    """A new rule stands before the one that catches the rest."""
    at = len(rows) - 1 if rows and rows[-1].join == Join.ALWAYS else len(rows)
    return [*rows[:at], Rule(), *rows[at:]], at


def _with_lines(rule: Rule, word: str, what: str) -> Rule:
    lines = rule.lines
    if word == "add" and what in NEW and len(lines) < MOST_LINES:
        join = Join.ALL.value if rule.join == Join.ALWAYS else rule.join
        return replace(rule, join=join, lines=(*lines, NEW[Kind(what)]))
    if word == "drop" and what.isascii() and what.isdigit() and len(what) < 4:
        return replace(rule, lines=tuple(line for at, line in enumerate(lines) if at != int(what)))
    return rule


def _rule(rule: Mapping[str, Any]) -> Rule:
    ((kind, body),) = rule["when"].items()
    if kind == "always":
        return Rule(rule["tier"], rule["name"], Join.ALWAYS.value, ())
    parts, join = (body, kind) if kind in {"all", "any"} else ([rule["when"]], Join.ALL.value)
    return Rule(rule["tier"], rule["name"], join, tuple(_line(part) for part in parts))


def _line(condition: Mapping[str, Any]) -> Line:
    ((kind, body),) = condition.items()
    if kind == "at_least":
        return Line(Kind.AREA, area=body["area"], level=body["level"])
    if kind == "count":
        areas = tuple(body.get("of", [area.value for area in Area]))
        return Line(Kind.COUNT, level=body["level"], number=str(body["at_least"]), areas=areas)
    if kind == "class_is":
        return Line(Kind.CLASS, classes=tuple(body))
    return Line(Kind.WRITTEN, written=json.dumps(condition, ensure_ascii=False))


def _sent_rule(data: QueryDict, row: str) -> Rule:
    kinds = [Kind(name) for name in str(data.get(f"{row}-kinds", "")).split(",") if name in list(Kind)]
    lines = tuple(_sent_line(data, f"{row}-{at}", kind) for at, kind in enumerate(kinds[:MOST_LINES]))
    join = data.get(f"{row}-join", "")
    return Rule(data.get(f"{row}-tier", ""), data.get(f"{row}-name", ""), join, lines)


def _sent_line(data: QueryDict, row: str, kind: Kind) -> Line:
    return Line(
        kind,
        area=data.get(f"{row}-area", ""),
        level=data.get(f"{row}-level", ""),
        number=data.get(f"{row}-number", ""),
        areas=tuple(data.getlist(f"{row}-areas")),
        classes=tuple(data.getlist(f"{row}-classes")),
        written=data.get(f"{row}-written", "")[:LONGEST_WRITTEN],
    )


def _values(line: Line) -> dict[str, list[str]]:
    if line.kind is Kind.AREA:
        return {"area": [line.area], "level": [line.level]}
    if line.kind is Kind.COUNT:
        return {"number": [line.number], "areas": list(line.areas), "level": [line.level]}
    if line.kind is Kind.CLASS:
        return {"classes": list(line.classes)}
    return {"written": [line.written]}


def _when(rule: Rule) -> dict[str, Any]:
    if rule.join == Join.ALWAYS:
        return {"always": True}
    parts = list(_conditions(rule.lines))
    return parts[0] if len(parts) == 1 else {rule.join: parts}


def _conditions(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.kind is Kind.AREA:
            yield {"at_least": {"area": line.area, "level": line.level}}
        elif line.kind is Kind.COUNT:
            some = {} if len(line.areas) == len(Area) else {"of": list(line.areas)}
            number = _count(line.number, 99)
            yield {"count": {"level": line.level, **some, "at_least": number}}
        elif line.kind is Kind.CLASS:
            yield {"class_is": list(line.classes)}
        else:
            yield _read(line.written)


def _read(written: str) -> dict[str, Any]:
    """What is no condition becomes one that nothing knows, and is refused where it stands."""
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    is_one = isinstance(found, dict) and len(found) == 1
    return found if is_one and all(isinstance(found.get(join, []), list) for join in Join) else {"": None}


def _count(text: object, most: int) -> int:
    typed = str(text or "")
    return min(int(typed), most) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
