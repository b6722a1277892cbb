"""The gaps of all workflows: what is missing where, whose it is, by when; as a list and as a file."""

from functools import cached_property

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from registry.filters.exported import of_records
from registry.filters.gap_counts import count
from registry.filters.gap_facets import chips, facets
from registry.filters.gaps import SORT, Rows, filtered, listed, ordered, today
from registry.kernel.http.files import as_file
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.services.exchange import KINDS
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest, query_of

ROWS = 50
TABS = (
    ("", gettext_lazy("Missing")),
    ("owner=me", gettext_lazy("Mine")),
    ("state=OVERDUE", gettext_lazy("Overdue")),
    ("state=ACCEPTED", gettext_lazy("Accepted")),
    ("state=MET", gettext_lazy("Met")),
)
"""Addresses that are wanted often."""


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """Knows from the facet counts how many rows there are."""

    def __init__(self, rows: Rows, total: int) -> None:
        super().__init__(rows, ROWS)
        self.total = total

    @cached_property
    def count(self) -> int:
        return self.total


@page(may_see_register, "GET")
@knows_past()
def gaps(request: SignedInRequest) -> HttpResponse:
    sort = request.GET.get("sort", SORT)
    found = filtered(request.GET, request)
    counts = count(request)
    shown = facets(request.GET, counts)
    page_obj = CountedPaginator(ordered(_with_names(found.qs), sort), counts.total).get_page(request.GET.get("page"))
    on = today()
    context = {
        "page_obj": page_obj,
        "rows": [(record, record.standing.state(on), record.standing.days_late(on)) for record in page_obj],
        "facets": shown,
        "chips": chips(request, shown),
        "sort": sort,
        "tabs": [(query, label, query == query_of(request, "sort")) for query, label in TABS],
        "query": query_of(request),
        "is_empty": not page_obj.object_list and not listed().exists(),
    }
    return render(request, "registry/gaps/list.html", context)


@page(may_see_register, "GET")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The same rows in the same order, all pages of them."""
    rows = ordered(_with_names(filtered(request.GET, request).qs), request.GET.get("sort", SORT))
    sheet = of_records(KINDS["capabilities"], rows, {"view": query_of(request)}, name="gaps")
    return as_file(request, kind, sheet)


def _with_names(rows: Rows) -> Rows:
    return rows.select_related("workflow", "owner", "met_by").defer(
        "workflow__search", "workflow__purpose", "workflow__outputs", "workflow__affected_people"
    )
