"""The dashboard: how the inventory stands, every number a way to the rows it counts."""

from django.http import HttpResponse
from django.shortcuts import render

from registry.filters import dashboard_words as words
from registry.filters.addresses import Address
from registry.filters.dashboard import figures
from registry.filters.options import chips, names
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest


@page(may_see_register, "GET")
@knows_past()
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Takes the filters of the register: any view of it has its dashboard."""
    address = Address(request.GET, request)
    found = figures(address)
    known = names(found.counts, address.params, {}, address.filters.own)
    return render(
        request,
        "registry/dashboard/page.html",
        {
            "total": found.counts.total,
            "plain": address.plain,
            "is_mine": "me" in address.params.get("owner", ()),
            "notes": address.notes,
            "chips": chips(address.filters, address.params, known),
            "register_url": words.Links(address)(),
            "panels": words.panels(address, found),
            "stages": words.stages(found),
            "inventory": words.inventory(address, found),
            "densest": max(found.matrix.values(), default=0),
            "units": words.units(address, found),
            "unit_columns": words.UNIT_COLUMNS,
            "ending": found.ending,
        },
    )
