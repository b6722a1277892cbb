"""The register as a file: the same rows, order and columns, all pages of it."""

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from registry.filters.addresses import Address
from registry.filters.columns import cells, headings, with_cells
from registry.filters.conditions import numbers
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.views.files import Sheet, as_file
from registry.views.requests import SignedInRequest


@page(may_see_register, "GET", "POST")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """By GET the whole view; by POST from the bulk bar the rows picked there."""
    picked = numbers(request.POST.getlist("pick")) if request.POST.get("scope") != "view" else []
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    address = Address(query, request)
    rows = with_cells(address.rows, address.columns, request.user)
    sheet = Sheet(
        name="workflows",
        title=_("Workflows"),
        rows=rows.filter(pk__in=picked) if picked else rows,
        headings=headings(address.columns),
        cells=lambda workflow: cells(workflow, address.columns),
        about="registry.workflow",
        detail={"view": address.plain, "picked": len(picked)},
    )
    return as_file(request, kind, sheet)
