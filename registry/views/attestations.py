"""What somebody is asked to attest: the list, and signing at once for what has not changed since last time."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.filters.conditions import is_number, numbers
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.models import Attestation, AttestationCampaign
from registry.policies.attestations import may_answer
from registry.policies.workflows import may_see_register
from registry.reports.attesting import shown_many
from registry.services import attestations as services
from registry.views.requests import SignedInRequest

ROWS = 50


@page(may_see_register, "GET")
def attestations(request: SignedInRequest) -> HttpResponse:
    rows = Attestation.objects.waiting().of(request.user)
    campaign = request.GET.get("campaign", "")
    if is_number(campaign):
        rows = rows.filter(campaign=int(campaign))
    rows = rows.select_related("campaign", "workflow").order_by("campaign__due_date", "pk")
    page_obj = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    found = shown_many(list(page_obj.object_list))
    signed = Attestation.objects.filter(attested_by=request.user).select_related("workflow", "campaign")
    context = {
        "page_obj": page_obj,
        "unchanged": [each for each in found if each.is_unchanged],
        "others": [each for each in found if not each.is_unchanged],
        "today": timezone.localdate(),
        "signed": signed.order_by("-attested_at", "-pk")[:10],
        "campaign": AttestationCampaign.objects.filter(pk=int(campaign)).first() if is_number(campaign) else None,
    }
    return render(request, "registry/attestations/mine.html", context)


@page(may_answer, "POST")
def attest_unchanged(request: SignedInRequest) -> HttpResponse:
    """Those picked, each with the digest of what was shown: `12:ab34…`."""
    chosen: dict[int, str] = {}
    for pick in request.POST.getlist("pick"):
        number, _colon, digest = pick.partition(":")
        for pk in numbers([number]):
            chosen[pk] = digest
    if not chosen:
        raise Conflict(_("Choose at least one workflow in the list first."))
    done, left = services.attest_unchanged(chosen, by=request.user, at=timezone.now())
    if done:
        said = ngettext("%(n)s workflow is attested.", "%(n)s workflows are attested.", len(done)) % {"n": len(done)}
        messages.success(request, said)
    for row in left:
        words = _("%(workflow)s was changed meanwhile. Look at it before you attest it.")
        messages.warning(request, words % {"workflow": row.workflow.name})
    return redirect(reverse("attestations"))
