"""The list of workflows."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from registry.filters import lacking
from registry.filters.addresses import SIZES, Address
from registry.filters.columns import Column, every, ordered, with_cells
from registry.filters.counting import Counts
from registry.filters.custom_options import left_out, own_facets, own_ranges
from registry.filters.facets import count
from registry.filters.options import CHOICES, SHOWN, chips, found_options, names, options
from registry.forms.bulk_edits import choices
from registry.forms.saved_views import SavedViewForm
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.policies.attestations import may_start_campaign
from registry.policies.bulk_edits import may_edit_many
from registry.policies.imports import may_see_imports
from registry.policies.workflows import may_register, may_see_register, may_take_inventory
from registry.views.past import knows_past
from registry.views.register_tabs import COUNTED, all_tabs, current_tab, params_by_tab
from registry.views.requests import SignedInRequest


@page(may_see_register, "GET")
@knows_past()
def register(request: SignedInRequest) -> HttpResponse:
    address = Address(request.GET, request)
    tidy = _tidied(request.GET, address)
    if tidy is not None:
        return HttpResponseRedirect(f"{request.path}?{tidy.urlencode()}")
    is_part = bool(getattr(request, "htmx", False)) and not request.headers.get("HX-History-Restore-Request")
    template = "registry/register/region.html" if is_part else "registry/register/list.html"
    response = render(request, template, _context(request, address))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _tidied(query: QueryDict, address: Address) -> QueryDict | None:
    """The address without empty parameters and with typed filters in their own; None when it is so already."""
    has_empty = any(value == "" for values in query.lists() for value in values[1])
    if not address.has_typed_filters and not has_empty:
        return None
    tidy = QueryDict(mutable=True)
    for name, values in address.filters.data.lists():
        kept = [value for value in values if value]
        if kept and not (name == "page" and address.has_typed_filters):
            tidy.setlist(name, kept)
    return tidy


class RegisterPaginator(Paginator):  # type: ignore[type-arg]
    """Knows from the facet counts how many rows there are, and reads in full only those of the page.

    Which rows these are is decided on narrow index entries; joining and sorting the wide rows of a whole view is slow.
    """

    def __init__(self, address: Address, total: int) -> None:
        super().__init__(address.rows.values("pk"), address.size)
        self.address = address
        self.total = total

    @cached_property
    def count(self) -> int:
        return self.total

    def page(self, number: int | str) -> Page[Workflow]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        sort = self.address.sort
        keys: Any = self.object_list[first : first + self.per_page]
        if lacking.falls(sort):
            keys = lacking.keys(self.address.rows, sort, first, self.per_page)
        rows = ordered(Workflow.objects.filter(pk__in=keys), sort)
        return Page(with_cells(rows, self.address.columns, self.address.asking.user), number, self)


def _context(request: SignedInRequest, address: Address) -> dict[str, Any]:
    tabs = all_tabs(address.asking)
    current = current_tab(tabs, address)
    by_tab = params_by_tab(tabs)
    counts = count(address.params, by_tab, address.asking)
    found = RegisterPaginator(address, counts.total).get_page(request.GET.get("page"))
    return {
        "tabs": [(tab, counts.tabs.get(tab.key, 0) if tab.key in by_tab else None) for tab in tabs[:COUNTED]],
        "more_tabs": tabs[COUNTED:],
        "current": current,
        "is_changed": current.query != address.plain,
        "plain": address.plain,
        "everything": counts.tabs.get(tabs[0].key, 0),
        "is_empty_register": not counts.total and not Workflow.objects.exists(),
        "page_obj": found,
        "columns": address.columns,
        "drawn": {},
        "column_moves": _moves(address.columns),
        "other_columns": _others(address),
        "is_usual": address.is_usual,
        "has_own_columns": bool(address.usual),
        "sort": address.sort,
        "size": address.size,
        "sizes": SIZES,
        "changeable": choices(address.filters.own.values()) if may_edit_many(request.user) else [],
        "is_whole_view": request.GET.get("pick") == "all",
        "save_form": SavedViewForm(by=request.user, initial={"query": address.plain}, auto_id="save_%s"),
        "notes": address.notes,
        "may": {
            "register": may_register(request.user),
            "edit": may_edit_many(request.user),
            "inventory": may_take_inventory(request.user),
            "campaign": may_start_campaign(request.user),
            "imports": may_see_imports(request.user),
        },
        **_facets(request, address, counts),
    }


def _facets(request: SignedInRequest, address: Address, counts: Counts) -> dict[str, Any]:
    find = {kind: request.GET.get(f"{kind}_find", "")[:100].replace("\x00", "") for kind in ("unit", "vendor")}
    own = address.filters.own
    known = names(counts, address.params, find, own)
    facets: dict[str, Any] = {name: options(name, counts, address.params) for name in CHOICES}
    for name in SHOWN:
        facets[name] = found_options(name, counts, address.params, known, find.get(name, ""))
    return {
        "facets": facets,
        "own_facets": own_facets(own, counts, address.params, known),
        "own_ranges": own_ranges(own, address.params),
        "own_sent": left_out(own),
        "ranges_sent": [name for name, field in own.items() if field.is_filter and field.is_range],
        "find": find,
        "chips": chips(address.filters, address.params, known),
        "filters_on": sum(len(values) for name, values in address.params.items() if name != "q"),
        "units_found": len(counts.facets.get("unit", {})),
        "vendors_found": len(counts.facets.get("vendor", {})),
    }


def _others(address: Address) -> list[Column]:
    shown = {column.key for column in address.columns}
    return [column for key, column in every(address.filters.own).items() if key not in shown]


def _moves(columns: Sequence[Column]) -> list[tuple[Column, str, str]]:
    """Each column with the `cols` that moves it one place to the left, and to the right."""
    keys = [column.key for column in columns]

    def swapped(place: int) -> str:
        if not 0 <= place < len(keys) - 1:
            return ""
        return ",".join([*keys[:place], keys[place + 1], keys[place], *keys[place + 2 :]])

    return [(column, swapped(place - 1), swapped(place)) for place, column in enumerate(columns)]
