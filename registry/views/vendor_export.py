"""The list of vendors as a file."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from registry.filters.vendors import SORT, filtered, ordered
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.views.files import Sheet, as_file
from registry.views.requests import SignedInRequest, query_of


@page(may_see_register, "GET")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The same rows in the same order, all pages of them."""
    sheet = Sheet(
        name="vendors",
        title=_("Vendors"),
        rows=ordered(filtered(request.GET, request).qs.select_related("owner"), request.GET.get("sort", SORT)),
        headings=_headings(),
        cells=_cells,
        about="registry.vendor",
        detail={"view": query_of(request)},
    )
    return as_file(request, kind, sheet)


def _cells(row: Any) -> list[object]:
    return [
        row.name, row.website, row.supplies, row.owner.name if row.owner else "", row.answers_due_date,
        row.used, row.worst or "", row.still_open, row.to_judge, row.expired, row.next_end,
    ]  # fmt: skip


def _headings() -> list[str]:
    return [
        _("Vendor"), _("Website"), _("What it supplies"), _("Owner of the relation"), _("Answers due"),
        _("Workflows"), _("Highest tier"), _("Open questions"), _("Answers to judge"), _("Expired answers"),
        _("Next answer ends"),
    ]  # fmt: skip
