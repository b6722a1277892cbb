"""One entry of the history, whole, with what proves it; and the chain of everything about one record or person."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.audit import reads_among
from registry.kernel.audit import watching
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.models import AuditEntry
from registry.policies.records import may_see_audit
from registry.reports import audit as reports
from registry.reports import audit_chain, audit_entry
from registry.reports.audit_lines import lines_for
from registry.services import handing_out
from registry.views.requests import SignedInRequest


@page(may_see_audit, "GET")
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AuditEntry, pk=pk)
    watching.shown([row], by=request.user, at=timezone.now())
    found = audit_entry.whole(row)
    context = {
        "whole": found,
        "line": found.line,
        "entry": found.line.entry,
        "neighbours": AuditEntry.objects.filter(unit_id=found.line.row.unit_id).count()
        if found.line.row.unit_id
        else 0,
    }
    return render(request, "audit/whole.html", context)


@page(may_see_audit, "GET")
def payload(request: SignedInRequest, pk: int) -> HttpResponse:
    """The exact bytes that were sealed."""
    row = get_object_or_404(AuditEntry, pk=pk)
    if row.payload is None:
        raise Conflict(_("What was sealed here was lawfully erased. Its hash stands in the ledger."))
    return _handed(row, f"entry-{pk}.json", bytes(row.payload), "application/json")


@page(may_see_audit, "GET")
def proof(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AuditEntry, pk=pk)
    text = audit_entry.proof(row)
    if text is None:
        raise Conflict(_("This entry still waits for its place in the ledger. It gets one within seconds."))
    return _handed(row, f"entry-{pk}.tlog-proof", text.encode(), "text/plain; charset=utf-8")


@page(may_see_audit, "GET")
def chain(request: SignedInRequest, label: str, key: str) -> HttpResponse:
    found = audit_chain.found(label, key)
    if found is None:
        raise Http404
    part = request.GET.get("part", "")
    part = part if part in found.parts else next(iter(found.parts))
    rows = audit_chain.entries(found, part)
    shown = reports.stretch(
        reads_among(rows) if part == "reads" else rows,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    named = [(found.label, found.number)]
    watching.shown(shown.rows, by=request.user, at=timezone.now(), besides=named)
    context: dict[str, Any] = {
        "chain": found,
        "part": part,
        "lines": lines_for(shown.rows),
        "stretch": shown,
        "query": audit_chain.query(found, part),
        "most": reports.MOST_ROWS,
    }
    return render(request, "audit/chain.html", context)


def _handed(row: AuditEntry, filename: str, content: bytes, content_type: str) -> HttpResponse:
    handing_out.entry(row, filename, content, at=timezone.now())
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )
