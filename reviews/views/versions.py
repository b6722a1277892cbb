"""Two versions of a report beside each other."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.documents.differing import by_part, differences
from registry.kernel.http.pages import page
from registry.models import Document
from registry.views.requests import SignedInRequest
from reviews.policies.reports import may_download, may_see_reports
from reviews.services import reading

MOST = 500
"""Differences shown; whoever compares further apart than that reads the attached records."""


@page(may_see_reports, "GET")
def difference(request: SignedInRequest, pk: int) -> HttpResponse:
    """Against the version it supersedes, or against another of the same kind about the same named by `with`."""
    newer = _readable(request, pk)
    others = Document.objects.filter(kind=newer.kind, object_type=newer.object_type, object_id=newer.object_id).exclude(
        pk=newer.pk
    )
    chosen = request.GET.get("with", "")
    wanted = int(chosen) if chosen.isdecimal() else newer.supersedes_id
    if wanted is None or not others.filter(pk=wanted).exists():
        raise Http404
    older = _readable(request, wanted)
    if unready := next((each for each in (older, newer) if each.record is None), None):
        messages.info(request, _("The record of %(number)s is still being gathered.") % {"number": unready.number})
        return redirect("report", unready.pk)
    if older.pk > newer.pk:
        older, newer = newer, older
    gathered = others.filter(record__isnull=False)
    reading.report_opened(newer, by=request.user, at=timezone.now())
    found = differences(*(json.loads(each.read_record()) for each in (older, newer)))
    context = {
        "older": older,
        "newer": newer,
        "parts": by_part(found[:MOST]),
        "count": len(found),
        "left_out": max(len(found) - MOST, 0),
        "others": [other for other in gathered.order_by("-id")[:20] if may_download(request.user, other)],
    }
    return render(request, "reports/difference.html", context)


def _readable(request: SignedInRequest, pk: int) -> Document:
    document = get_object_or_404(Document.objects.select_related("record", "requested_by", "supersedes"), pk=pk)
    if not may_download(request.user, document):
        raise Http404
    return document
