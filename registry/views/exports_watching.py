"""Signals and downstream actions of the workflows of a view as files: a line for each, one sheet for each kind."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.addresses import Address
from registry.kernel.http.pages import page
from registry.models import DownstreamAction, Signal
from registry.policies.workflows import may_see_register
from registry.views.files import Sheet, as_file
from registry.views.requests import SignedInRequest

Columns = Sequence[tuple[str, Callable[[Any], object]]]


@page(may_see_register, "GET")
def signals(request: SignedInRequest, kind: str) -> HttpResponseBase:
    rows = Signal.objects.select_related("owner")
    return _file(request, kind, rows, _signal_columns(), name="signals", title=_("Signals"))


@page(may_see_register, "GET")
def downstream(request: SignedInRequest, kind: str) -> HttpResponseBase:
    rows = DownstreamAction.objects.select_related("tool")
    return _file(request, kind, rows, _downstream_columns(), name="downstream-actions", title=_("Downstream actions"))


def _file(
    request: SignedInRequest, kind: str, rows: QuerySet[Any], columns: Columns, *, name: str, title: str
) -> HttpResponseBase:
    """Those of the workflows that the filters of the address leave, by workflow."""
    address = Address(request.GET, request)
    of_view = rows.filter(workflow__in=address.rows.order_by().values("pk")).select_related("workflow")
    sheet = Sheet(
        name=name,
        title=title,
        rows=of_view.defer("workflow__search").order_by("workflow", "pk"),
        headings=[heading for heading, _cell in columns],
        cells=lambda row: [cell(row) for _heading, cell in columns],
        about=rows.model._meta.label_lower,
        detail={"view": address.plain},
    )
    return as_file(request, kind, sheet)


def _of_workflow() -> Columns:
    return (
        (_("Workflow ID"), lambda row: row.workflow.reference),
        (_("Workflow"), lambda row: row.workflow.name),
        (_("Number"), lambda row: row.pk),
        (_("Name"), lambda row: row.name),
    )


def _retired() -> Columns:
    return (
        (_("In use"), lambda row: row.is_active),
        (_("Retired"), lambda row: _moment(row.retired_at)),
        (_("Why it was retired"), lambda row: row.retired_reason),
    )


def _signal_columns() -> Columns:
    return (
        *_of_workflow(),
        (_("Kind"), lambda row: row.get_kind_display()),
        (_("Source"), lambda row: row.source),
        (_("Owner"), lambda row: row.owner.name if row.owner.is_active else _("%(name)s (left)") % {"name": row.owner}),
        (_("Fires when"), lambda row: row.threshold),
        (_("Limit"), lambda row: row.limit_value),
        (_("Side of the limit"), lambda row: row.get_limit_direction_display()),
        (_("Unit"), lambda row: row.unit),
        (_("Baseline"), lambda row: row.baseline),
        (_("Baseline as a number"), lambda row: row.baseline_value),
        (_("Baseline measured"), lambda row: row.baseline_date),
        (_("How often"), lambda row: row.get_cadence_display()),
        (_("Last heard of"), lambda row: _moment(row.last_seen_at)),
        (_("Last shown to fire"), lambda row: _moment(row.proven_at)),
        (_("Shown by"), lambda row: row.proven_how),
        *_retired(),
    )


def _downstream_columns() -> Columns:
    return (
        *_of_workflow(),
        (_("Target system"), lambda row: row.target_system),
        (_("What it changes"), lambda row: row.effect),
        (_("Can it be undone"), lambda row: row.get_reversibility_display()),
        (_("Validation in front"), lambda row: row.get_validation_display()),
        (_("How it is validated"), lambda row: row.validation_note),
        (_("Who is reached"), lambda row: row.get_reach_display()),
        (_("Volume a day"), lambda row: row.volume_per_day),
        (_("Carried by the tool"), lambda row: row.tool.name if row.tool else ""),
        *_retired(),
    )


def _moment(value: Any) -> object:
    return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None
