"""Everything that happened, for auditors: found by who, what, when and why, and taken away as a file."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from registry.filters.audit import AuditFilter
from registry.kernel.audit import watching
from registry.kernel.audit.events import note
from registry.kernel.http.downloads import stream
from registry.kernel.http.pages import page
from registry.models import AuditEntry
from registry.policies.records import may_see_audit
from registry.reports import audit as reports
from registry.reports.audit_lines import lines_for
from registry.reports.ledger import standing
from registry.sheets.export import csv_lines
from registry.views import audit_tabs
from registry.views.requests import SignedInRequest

PLACES = ("before", "after")


@page(may_see_audit, "GET")
def audit(request: SignedInRequest) -> HttpResponse:
    found = AuditFilter(request.GET, AuditEntry.objects.all())
    rows = found.qs if found.is_valid() else AuditEntry.objects.none()
    shown = reports.stretch(rows, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    watching.shown(shown.rows, by=request.user, at=timezone.now())
    ledger = standing(at=timezone.now())
    context = {
        "form": found.form,
        "lines": lines_for(shown.rows),
        "stretch": shown,
        "chosen": _chosen(found),
        "most": reports.MOST_ROWS,
        "ledger": ledger,
        "asks_field": bool(request.GET.get("field"))
        or len([each for each in request.GET.getlist("type") if each]) == 1,
        **audit_tabs.tabs(request, ledger),
    }
    return render(request, "audit/audit.html", context, status=200 if found.is_valid() else 422)


@page(may_see_audit, "GET")
def export(request: SignedInRequest) -> HttpResponseBase:
    """The same entries as a CSV file. Who took what away is part of the history too."""
    found = AuditFilter(request.GET, AuditEntry.objects.all())
    if not found.is_valid():
        return redirect(f"{reverse('audit')}?{request.GET.urlencode()}")
    numbers = reports.picked(found.qs)
    note(
        "EXPORTED",
        at=timezone.now(),
        object_type=AuditEntry._meta.label_lower,
        detail={
            "rows": min(len(numbers), reports.MOST_ROWS),
            "filters": {name: request.GET.getlist(name) for name in _chosen(found)},
        },
    )
    pieces = reports.batched(csv_lines(reports.columns(), reports.lines(numbers)))
    name = f"history-{timezone.now():%Y%m%d-%H%M}.csv"
    return stream(request, pieces, filename=name, content_type="text/csv; charset=utf-8")


def _chosen(found: Any) -> list[str]:
    return [name for name in found.filters if any(found.data.getlist(name))]
