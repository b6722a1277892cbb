"""The ledger: how far it is, who seals it, what was checked, and taking it away to check it elsewhere."""

from hashlib import sha256

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.audit.events import note
from registry.kernel.http.downloads import stream
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.kernel.ledger import exporting, proving
from registry.kernel.ledger.models import Checkpoint, Receipt
from registry.policies.records import may_see_audit
from registry.reports import ledger as reports
from registry.services.receipts import answer_taken, named
from registry.views.requests import SignedInRequest

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"


@page(may_see_audit, "GET")
def ledger(request: SignedInRequest) -> HttpResponse:
    context = {
        "ledger": reports.standing(at=timezone.now()),
        "guards": reports.compared(),
        "keys": reports.keys(),
        "receipts": reports.receipts(),
        "checks": reports.checks(),
        "files": reports.files_in_trouble(),
    }
    return render(request, "audit/ledger.html", context)


@page(may_see_audit, "GET")
def checkpoint(request: SignedInRequest) -> HttpResponse:
    """The newest signed note, or the one of `?size=`: keep it, and any later ledger can be held against it."""
    found = _checkpoint(request.GET.get("size", ""))
    return _handed(found, f"checkpoint-{found.size}.txt", found.note)


@page(may_see_audit, "GET")
def consistency(request: SignedInRequest) -> HttpResponse:
    """A proof that the ledger of `?old=` entries is the beginning of the present one."""
    last, old = proving.latest(), request.GET.get("old", "").strip()
    if last is None:
        raise Conflict(_("Nothing has been signed yet."))
    if not (old.isascii() and old.isdecimal() and len(old) < 19 and 0 < int(old) <= last.size):
        messages.error(
            request, _("Give the size that stands in your checkpoint: a number from 1 to %(n)s.") % {"n": last.size}
        )
        return redirect("ledger")
    return _handed(last, f"consistency-{old}-{last.size}.txt", proving.consistency_file(int(old), last))


@page(may_see_audit, "GET")
def export(request: SignedInRequest) -> HttpResponseBase:
    """Everything, as the offline verifier reads it, sent while it is still being made."""
    try:
        covered, pieces = exporting.begun()
    except exporting.NotNow as reason:
        messages.error(request, str(reason))
        return redirect("ledger")
    exporting.note_taken(covered, at=timezone.now())
    return stream(request, pieces, filename=f"ledger-{covered.size}.zip", content_type="application/zip")


@page(may_see_audit, "GET")
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a witness answered, to the byte: of a time-stamp authority the token."""
    receipt = get_object_or_404(Receipt, pk=pk)
    content = answer_taken(receipt, at=timezone.now())
    disposition = f'attachment; filename="{named(receipt)}"'
    return HttpResponse(content, content_type=BYTES, headers={"Content-Disposition": disposition})


def _checkpoint(size: str) -> Checkpoint:
    if size:
        wanted = int(size) if size.isascii() and size.isdecimal() and len(size) < 19 else -1
        return get_object_or_404(Checkpoint, size=wanted)
    return get_object_or_404(Checkpoint.objects.order_by("-size")[:1])


def _handed(about: Checkpoint, filename: str, text: str) -> HttpResponse:
    content = text.encode()
    note(
        "DOWNLOADED",
        at=timezone.now(),
        object_type=Checkpoint._meta.label_lower,
        object_id=about.size,
        detail={"file": filename, "sha256": sha256(content).hexdigest()},
    )
    return HttpResponse(
        content, content_type=TEXT, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )
