"""A list of records as data files hold it (JSON): the names within the records are the columns."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from registry.sheets.problems import SheetRefused
from registry.sheets.sheet import MAX_ROWS

BETWEEN = ", "
"""Between the parts of a list in one cell."""


def looks_like_records(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").replace(b" ", b"").replace(b"\n", b"").startswith((b"[{", b"[]"))


def read_records(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """The names as a first row, then the records, numbered as spreadsheets number rows: the first is row 2.

    Raises SheetRefused for what is no list of records, or one with values inside values.
    """
    try:
        # Numbers are kept as they are written, so that none is rounded.
        loaded = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as failure:
        raise SheetRefused(_("This JSON file is damaged or incomplete, so nothing of it is read.")) from failure
    if not isinstance(loaded, list) or not all(isinstance(record, dict) for record in loaded):
        raise SheetRefused(_("A JSON file is imported as one list of records, each with its values by name."))
    if len(loaded) > MAX_ROWS:
        sentence = _("The file has more than %(limit)s rows. Split it and import the parts.")
        raise SheetRefused(sentence % {"limit": f"{MAX_ROWS:,}"})
    names = list(dict.fromkeys(name for record in loaded for name in record))
    yield 1, 1, names
    for number, record in enumerate(loaded, start=2):
        yield number, number, [_cell(record.get(name), name, number) for name in names]


def _cell(value: Any, name: str, number: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return BETWEEN.join(value)
    message = _("Record %(number)d holds records within “%(name)s”, which no column takes.")
    raise SheetRefused(message % {"number": number - 1, "name": name[:80]})
