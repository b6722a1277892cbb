"""What a file of each kind of records holds, for pages and the API alike: the rows that the filters of a list leave."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from registry.filters import vendors as vendor_list
from registry.filters.addresses import Address
from registry.filters.columns import cells, headings, with_cells
from registry.kernel.http.files import Sheet
from registry.services.exchange import KINDS, RecordKind

REGISTER = "workflows"
KEYS = (REGISTER, *KINDS)
"""What can be exported, as addresses call it."""


def sheet_for(of: str, query: QueryDict, request: HttpRequest) -> Sheet:
    """`query` is an address of the register, or of the list of vendors for vendors. Raises KeyError for no kind."""
    if of == REGISTER:
        return of_register(Address(query, request))
    kind = KINDS[of]
    if of == "vendors":
        found = vendor_list.filtered(query, request).qs.select_related("owner")
        rows = vendor_list.ordered(found, query.get("sort", vendor_list.SORT))
        return of_records(kind, rows, {"view": query.urlencode()})
    address = Address(query, request)
    rows = kind.of_workflows(address.asking.user, address.rows.order_by().values("pk"))
    return of_records(kind, rows, {"view": address.plain})


def of_register(address: Address, picked: list[int] | None = None) -> Sheet:
    """The columns of the view; with `picked` only those rows of it."""
    rows = with_cells(address.rows, address.columns, address.asking.user)
    return Sheet(
        name=REGISTER,
        title=_("Workflows"),
        rows=rows.filter(pk__in=picked) if picked else rows,
        headings=headings(address.columns),
        cells=lambda workflow: cells(workflow, address.columns),
        about="registry.workflow",
        detail={"view": address.plain, "picked": len(picked or ())},
    )


def of_records(kind: RecordKind, rows: QuerySet[Any], detail: dict[str, Any], *, name: str = "") -> Sheet:
    """All columns of the kind, so that the file can be changed and imported again."""
    return Sheet(
        name=name or kind.key,
        title=str(kind.label),
        rows=rows,
        headings=[str(column.label) for column in kind.columns],
        cells=lambda record: [column.cell(record) for column in kind.columns],
        names=[column.name for column in kind.columns],
        values=lambda record: [column.get(record) for column in kind.columns],
        about=kind.model._meta.label_lower,
        detail=detail,
    )
