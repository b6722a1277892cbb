"""The gaps of all workflows: what is missing where, whose it is, by when; as a list and as a file."""

from functools import cached_property

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.containment_proof import NEVER
from registry.filters.gap_counts import count
from registry.filters.gap_facets import chips, facets
from registry.filters.gaps import SORT, Rows, filtered, listed, ordered, today
from registry.gaps import GapState
from registry.kernel.http.pages import page
from registry.models import CapabilityRecord
from registry.policies.workflows import may_see_register
from registry.reports.gaps import area_label
from registry.views.files import Sheet, as_file
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
    sheet = Sheet(
        name="gaps",
        title=_("Gaps"),
        rows=rows,
        headings=_headings(),
        cells=_cells,
        about="registry.capabilityrecord",
        detail={"view": query_of(request)},
    )
    return as_file(request, kind, sheet)


def _with_names(rows: Rows) -> Rows:
    return rows.select_related("workflow", "owner", "met_by").defer(
        "workflow__search", "workflow__purpose", "workflow__outputs", "workflow__affected_people"
    )


def _headings() -> list[str]:
    return [
        _("Workflow ID"), _("Workflow"), _("Risk tier"), _("Capability"), _("Area"), _("State"), _("Owner"), _("Due"),
        _("Days late"), _("Accepted until"), _("Proof holds until"),
        _("Evidence"), _("Link to the evidence"), _("Met by"), _("Met on"),
    ]  # fmt: skip


def _cells(record: CapabilityRecord) -> list[object]:
    on = today()
    state = record.standing.state(on)
    return [
        record.workflow.reference,
        record.workflow.name,
        record.workflow.get_tier_display(),
        str(record),
        area_label(record.capability),
        state.label,
        record.owner.name if record.owner else "",
        record.due_date,
        record.standing.days_late(on) if state is GapState.OVERDUE else 0,
        record.accepted_until_date if state is GapState.ACCEPTED else None,
        record.proof_until_date if record.proof_until_date != NEVER else None,
        record.evidence,
        record.evidence_url,
        record.met_by.name if record.met_by else "",
        timezone.localdate(record.met_at) if record.met_at else None,
    ]
