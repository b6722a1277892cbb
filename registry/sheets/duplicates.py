"""Which row is which: a stable identity for each, and a word about rows that look like one another."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from registry.sheets.parsing import ParsedRow
from registry.sheets.problems import Problem, warning
from registry.sheets.words import fold

_MOST_NAMED = 10


def distinguish(rows: Iterable[ParsedRow]) -> list[ParsedRow]:
    """Every row with a key of its own: the second row with a key gets another made from it, and so on.

    The count follows the order in the file, not the content, so that a second import of the same file,
    or of one in which a cell was corrected, finds each row's workflow again.
    """
    groups: defaultdict[str, list[ParsedRow]] = defaultdict(list)
    distinct = []
    for row in rows:
        group = groups[row.key]
        distinct.append(_renamed(row, group) if group else row)
        group.append(row)
    return distinct


def near_duplicates(rows: Sequence[ParsedRow]) -> list[Problem]:
    """A warning for each row whose name, letter case and punctuation aside, recurs within its unit."""
    groups: defaultdict[Hashable, list[ParsedRow]] = defaultdict(list)
    for row in rows:
        name = row.values.get("name")
        if isinstance(name, str) and name:
            units = (str(row.values.get(field) or "") for field in ("business_unit", "parent_unit"))
            groups[(fold(name), *map(fold, units))].append(row)
    return [_likeness(row, group) for group in groups.values() if len(group) > 1 for row in group]


def _renamed(row: ParsedRow, earlier: list[ParsedRow]) -> ParsedRow:
    key = hashlib.sha256(f"{row.key}\x1f{len(earlier) + 1}".encode()).hexdigest()
    twin = next((other for other in earlier if other.cells == row.cells), None)
    if twin is not None:
        message = _("This row repeats row %(other)d word for word.") % {"other": twin.number}
        problem = warning(row.number, "", message, code="ROW_REPEATED")
    else:
        message = _(
            "The columns that identify a row say the same here as in row %(other)s; "
            "it is told apart as number %(count)d."
        )
        words = {"other": _numbers(earlier), "count": len(earlier) + 1}
        problem = warning(row.number, "", message % words, code="KEY_REPEATED")
    return replace(row, key=key, problems=(*row.problems, problem))


def _likeness(row: ParsedRow, group: list[ParsedRow]) -> Problem:
    others = [other for other in group if other is not row]
    message = _("The same unit has the same name again in row %(others)s.") % {"others": _numbers(others)}
    name = str(row.values["name"])
    return warning(row.number, row.name_column, message, code="NAME_REPEATED", value=name)


def _numbers(rows: list[ParsedRow]) -> str:
    named = ", ".join(str(row.number) for row in rows[:_MOST_NAMED])
    return named if len(rows) <= _MOST_NAMED else _("%(rows)s and more") % {"rows": named}
