"""The register, and what hangs on the workflows of a view, as files: the same rows and order, all pages of it."""

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from registry.filters.addresses import Address
from registry.filters.conditions import numbers
from registry.filters.exported import of_register, sheet_for
from registry.kernel.http.files import FORMATS, as_file
from registry.kernel.http.pages import page
from registry.policies.imports import may_import_records
from registry.policies.workflows import may_see_register
from registry.services.exchange import KINDS, RecordKind, kinds_for
from registry.views.requests import SignedInRequest, query_of


@page(may_see_register, "GET", "POST")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """By GET the whole view; by POST from the bulk bar the rows picked there."""
    picked = numbers(request.POST.getlist("pick")) if request.POST.get("scope") != "view" else []
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    return as_file(request, kind, of_register(Address(query, request), picked))


@page(may_see_register, "GET")
def records(request: SignedInRequest, of: str, kind: str) -> HttpResponseBase:
    """What hangs on the workflows that the filters of the address leave."""
    if of not in KINDS or not KINDS[of].workflow_path:
        raise Http404
    return as_file(request, kind, sheet_for(of, request.GET, request))


@page(may_see_register, "GET")
def vendors(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list of vendors as its filters leave it."""
    query = QueryDict(query_of(request))
    return as_file(request, kind, sheet_for("vendors", query, request))


def _files(kind: RecordKind, plain: str) -> list[tuple[str, str]]:
    """Format and address of each file: of what hangs on the workflows of the view, or of all there is."""
    if kind.workflow_path:
        return [(known, f"{reverse('records-export', args=[kind.key, known])}?{plain}") for known in FORMATS]
    return [(known, reverse(f"{kind.key}-export", args=[known])) for known in FORMATS]


@page(may_see_register, "GET")
def choose(request: SignedInRequest) -> HttpResponse:
    """Everything that can leave as a file for the workflows of one view."""
    address = Address(request.GET, request)
    importable = kinds_for(request.user)
    context = {
        "plain": address.plain,
        "count": address.rows.count(),
        "kinds": [(known, _files(known, address.plain), known.key in importable) for known in KINDS.values()],
        "may_import": may_import_records(request.user),
    }
    return render(request, "registry/exports.html", context)
