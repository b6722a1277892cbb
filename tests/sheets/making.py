"""Small sheets for tests, as a person would send them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from registry.sheets import Row, Sheet, open_sheet

EXCERPT = Path(__file__).resolve().parent.parent / "data" / "inventory-200.csv"


def csv_sheet(text: str, *, encoding: str = "utf-8") -> Sheet:
    return open_sheet(io.BytesIO(text.encode(encoding)), "inventory.csv")


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx_sheet(rows: Sequence[Sequence[object]]) -> Sheet:
    return open_sheet(io.BytesIO(xlsx_bytes(rows)), "inventory.xlsx")


def row(**cells: str) -> Row:
    return Row(2, 2, tuple(cells), tuple(cells.values()))


def mapping(**columns: Any) -> dict[str, Any]:
    """A mapping with a column `Name` for the name, and what the test adds."""
    return {"name": "test", "key": ["Name"], "columns": {"name": {"column": "Name"}, **columns}}


def codes(problems: Sequence[Any]) -> list[str]:
    return [problem.code for problem in problems]
