"""The list of vendors as a file."""

from collections.abc import Iterator

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.vendors import SORT, filtered, ordered
from registry.kernel.audit.events import note
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register
from registry.views.exports import AT_ONCE, KINDS, as_file
from registry.views.requests import SignedInRequest, query_of


@page(may_see_register, "GET")
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The same rows in the same order, all pages of them."""
    if kind not in KINDS:
        raise Http404
    now = timezone.now()
    rows = ordered(filtered(request.GET, request).qs.select_related("owner"), request.GET.get("sort", SORT))
    written = 0

    def lines() -> Iterator[list[object]]:
        nonlocal written
        for row in rows.iterator(chunk_size=AT_ONCE):
            written += 1
            yield [
                row.name, row.website, row.supplies, row.owner.name if row.owner else "", row.answers_due_date,
                row.used, row.worst or "", row.still_open, row.to_judge, row.expired, row.next_end,
            ]  # fmt: skip

    stream, digest = as_file(kind, lines(), _headings(), title=_("Vendors"))
    detail = {"format": kind, "view": query_of(request), "rows": written, "sha256": digest}
    note("EXPORTED", at=now, object_type="registry.vendor", detail=detail)
    filename = f"vendors-{timezone.localdate(now).isoformat()}.{kind}"
    return download(request, stream, filename=filename, content_type=KINDS[kind])


def _headings() -> list[str]:
    return [
        _("Vendor"), _("Website"), _("What it supplies"), _("Owner of the relation"), _("Answers due"),
        _("Workflows"), _("Highest tier"), _("Open questions"), _("Answers to judge"), _("Expired answers"),
        _("Next answer ends"),
    ]  # fmt: skip
