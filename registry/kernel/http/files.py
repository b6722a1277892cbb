"""A list as a file: written row by row, with its rows counted and its hash on record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from registry.kernel.audit.events import note
from registry.kernel.http.downloads import download
from registry.sheets.export import write_csv, write_json, write_xlsx

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""Ending and media type of each kind of file, in the order in which they are offered."""
IN_MEMORY: Final = 2 * 1024 * 1024
"""Bytes; a larger file is written to disk."""
AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Sheet:
    """What a file of the list holds: `rows` in their order, each as `cells` under `headings`."""

    name: str
    """Of the file, without day and ending."""
    title: str
    rows: QuerySet[Any]
    headings: Sequence[str]
    cells: Callable[[Any], list[object]]
    about: str
    """Label of the records that leave the house."""
    number: int | None = None
    """Of the one record that the list belongs to, where it does."""
    names: Sequence[str] = ()
    """Of the values of a record in JSON, where they are not called after the headings."""
    values: Callable[[Any], list[object]] | None = None
    """What JSON says instead of `cells`: symbols instead of words."""
    detail: dict[str, Any] = field(default_factory=dict)
    """What the record of the export says besides: the view, the rows that were picked."""


def as_file(request: HttpRequest, kind: str, sheet: Sheet) -> HttpResponseBase:
    """All rows, whatever page was shown. Unknown kinds are 404."""
    if kind not in FORMATS:
        raise Http404
    now, written = timezone.now(), 0
    said = sheet.values if kind == "json" and sheet.values else sheet.cells

    def lines() -> Iterator[list[object]]:
        nonlocal written
        for row in sheet.rows.iterator(chunk_size=AT_ONCE):
            written += 1
            yield said(row)

    stream = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed by the response
    if kind == "csv":
        write_csv(lines(), sheet.headings, stream)
    elif kind == "json":
        write_json(lines(), sheet.names or sheet.headings, stream)
    else:
        write_xlsx(lines(), sheet.headings, stream, title=sheet.title)
    stream.seek(0)
    digest = file_digest(cast("Any", stream), "sha256").hexdigest()
    detail = {"format": kind, **sheet.detail, "rows": written, "sha256": digest}
    note("EXPORTED", at=now, object_type=sheet.about, object_id=sheet.number or "", detail=detail)
    filename = f"{sheet.name}-{timezone.localdate(now).isoformat()}.{kind}"
    return download(request, stream, filename=filename, content_type=FORMATS[kind])
