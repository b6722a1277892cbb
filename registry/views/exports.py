"""The list as a file: the same rows, order and columns, all pages of it."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.addresses import Address
from registry.filters.columns import cells, headings, with_cells
from registry.filters.conditions import numbers
from registry.kernel.audit.events import note
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.sheets.export import write_csv, write_xlsx
from registry.views.requests import SignedInRequest

KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY: Final = 2 * 1024 * 1024
"""Bytes; a larger file is written to disk."""
AT_ONCE: Final = 1000


@page(may_see_register, "GET", "POST")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """By GET the whole view; by POST from the bulk bar the rows picked there."""
    if kind not in KINDS:
        raise Http404
    now = timezone.now()
    picked = numbers(request.POST.getlist("pick")) if request.POST.get("scope") != "view" else []
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    address = Address(query, request)
    rows = with_cells(address.rows, address.columns, request.user)
    if picked:
        rows = rows.filter(pk__in=picked)
    written = 0

    def lines() -> Iterator[list[object]]:
        nonlocal written
        for workflow in rows.iterator(chunk_size=AT_ONCE):
            written += 1
            yield cells(workflow, address.columns)

    stream, sha256 = as_file(kind, lines(), headings(address.columns), title=_("Workflows"))
    note(
        "EXPORTED",
        at=now,
        object_type="registry.workflow",
        detail={
            "format": kind,
            "view": address.plain,
            "picked": len(picked),
            "rows": written,
            "sha256": sha256,
        },
    )
    filename = f"workflows-{timezone.localdate(now).isoformat()}.{kind}"
    return download(request, stream, filename=filename, content_type=KINDS[kind])


def as_file(
    kind: str, lines: Iterable[Sequence[object]], columns: Sequence[str], *, title: str
) -> tuple[BinaryIO, str]:
    """The file of one of the `KINDS`, ready to be read, and its SHA-256."""
    stream = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed by the response
    if kind == "csv":
        write_csv(lines, columns, stream)
    else:
        write_xlsx(lines, columns, stream, title=title)
    stream.seek(0)
    return stream, file_digest(cast("Any", stream), "sha256").hexdigest()
