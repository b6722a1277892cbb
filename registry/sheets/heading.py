"""The heading row: every column gets a name of its own, and none is made up silently."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from registry.sheets.problems import Problem, SheetRefused, warning
from registry.sheets.sheet import MAX_COLUMNS
from registry.sheets.words import single_line


def name_columns(cells: Sequence[str], *, row: int) -> tuple[list[str], list[Problem]]:
    """Blank headings are called after their letter; one that occurs n times becomes “Heading (1)” to “Heading (n)”.

    Every occurrence is numbered, the first too, so that a mapping that names the bare heading
    is told that it is ambiguous instead of reading whichever came first.
    """
    headings = [single_line(cell) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise SheetRefused(_("The file has no heading row, so its columns have no names."))
    if len(headings) > MAX_COLUMNS:
        raise SheetRefused(
            _("The file has more than %(limit)d columns. Remove the columns that are not needed and try again.")
            % {"limit": MAX_COLUMNS}
        )
    problems: list[Problem] = []
    for index, heading in enumerate(headings):
        if not heading:
            headings[index] = _("Column %(letter)s") % {"letter": get_column_letter(index + 1)}
            message = _("This column has no heading; it is called “%(name)s” here.") % {"name": headings[index]}
            problems.append(warning(row, headings[index], message, code="HEADING_BLANK"))
    return _numbered(headings, problems, row)


def _numbered(headings: list[str], problems: list[Problem], row: int) -> tuple[list[str], list[Problem]]:
    counts = Counter(headings)
    taken = {heading for heading, count in counts.items() if count == 1}
    seen: Counter[str] = Counter()
    names: list[str] = []
    for heading in headings:
        name = heading
        while counts[heading] > 1 and (name == heading or name in taken):
            seen[heading] += 1
            name = f"{heading} ({seen[heading]})"
        taken.add(name)
        names.append(name)
    for heading, count in counts.items():
        if count > 1:
            message = _("%(count)d columns are headed “%(heading)s”; they are told apart by a number.") % {
                "count": count,
                "heading": heading,
            }
            problems.append(warning(row, heading, message, code="HEADING_REPEATED"))
    return names, problems
