"""One entry to attest, in two minutes: what changed since last time, its main facts, and three ways to answer."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.attestations import CorrectForm, ExcuseForm, HandOnForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.errors import Conflict
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import Attestation
from registry.models.attestations import AttestationQuerySet
from registry.policies import attestations as policies
from registry.policies.workflows import may_edit, may_see_register
from registry.reports.attestation_facts import PAGES, blocks
from registry.reports.attesting import shown, signed_at
from registry.services import attestations as services
from registry.views.past import Choice, knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of

NAMES = (
    "campaign__started_by", "workflow__business_unit__parent", "workflow__vendor", "workflow__business_owner",
    "workflow__technical_owner", "workflow__deputy", "assignee", "handed_by", "attested_by", "excused_by",
)  # fmt: skip


@page(may_see_register)
@knows_past(Attestation)
def attestation(request: SignedInRequest, pk: int) -> HttpResponse:
    """By POST it is signed, for exactly what the page showed."""
    row = _find(pk)
    said = ""
    if request.method == "POST":
        try:
            services.attest(row, by=request.user, at=timezone.now(), seen=request.POST.get("seen", ""))
        except Conflict as conflict:
            if conflict.code != services.CHANGED:
                raise
            said = conflict.sentence
        else:
            messages.success(request, _("Attested: %(workflow)s.") % {"workflow": row.workflow.name})
            return redirect(_next(request, row) or reverse("attestations"))
    return render(
        request,
        "registry/attestations/attestation.html",
        {**_context(request, row), "said": said},
        status=HTTPStatus.CONFLICT if said else HTTPStatus.OK,
    )


def _context(request: SignedInRequest, row: Attestation) -> dict[str, Any]:
    now, found = clock(), shown(row)
    earlier = found.earlier
    place, number, before, after = _place(request, row)
    return {
        "row": row,
        "workflow": row.workflow,
        "seen": found.digest,
        "earlier": earlier,
        "earlier_at": Choice("", signed_at(earlier)) if earlier else None,
        "groups": found.changes(now),
        "blocks": blocks(found, timezone.localdate(now)),
        "is_late": row.is_waiting and row.campaign.is_open and row.campaign.due_date < timezone.localdate(now),
        "may_attest": policies.may_attest(request.user, row),
        "may_hand_on": policies.may_hand_on(request.user, row),
        "may_excuse": policies.may_run_campaign(request.user, row.campaign),
        "may_edit": may_edit(request.user, row.workflow),
        "place": place,
        "number": number,
        "before": before,
        "after": after,
        "signed_at": Choice("", signed_at(row)) if row.state == Attestation.State.ATTESTED else None,
    }


def _place(request: SignedInRequest, row: Attestation) -> tuple[int, int, int | None, int | None]:
    """Which one this is of those the reader still has to answer here, how many there are, and those beside it."""
    mine = list(_mine(request, row).values_list("pk", flat=True))
    if row.pk not in mine:
        return 0, len(mine), None, None
    at = mine.index(row.pk)
    return at + 1, len(mine), mine[at - 1] if at else None, mine[at + 1] if at + 1 < len(mine) else None


def _next(request: SignedInRequest, row: Attestation) -> str:
    """The next one in the same campaign, else the first that is left there."""
    mine = _mine(request, row)
    following = mine.filter(pk__gt=row.pk).first() or mine.first()
    return following.get_absolute_url() if following else ""


def _mine(request: SignedInRequest, row: Attestation) -> AttestationQuerySet:
    """What the reader still has to answer in the campaign of `row`."""
    return Attestation.objects.waiting().of(request.user).filter(campaign=row.campaign_id).order_by("pk")


@page(may_see_register)
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Not true: what, and on to the page where it is put right, which leads back here."""
    row = _find(pk)
    require(policies.may_attest, request.user, row)
    form = CorrectForm(request.POST or None, attestation=row)
    if form.is_valid():
        part, what = form.cleaned_data["part"], form.cleaned_data["what"]
        services.correct(row, by=request.user, at=timezone.now(), what=what)
        if may_edit(request.user, row.workflow):
            messages.info(request, _("Put it right here. Then go back and attest it."))
            return redirect(PAGES[part], row.workflow_id)
        messages.success(request, _("Its owners and risk staff are told. It waits until it is put right."))
        return redirect(row)
    lead = _("Say it in a sentence, then put it right on the next page.")
    if not may_edit(request.user, row.workflow):
        lead = _("Say it in a sentence. Its owners and risk staff put it right.")
    return _ask(request, row, form, title=_("Not true as it stands"), submit=_("Go on to the correction"), lead=lead)


@page(may_see_register)
def hand_on(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _find(pk)
    require(policies.may_hand_on, request.user, row)
    form = HandOnForm(request.POST or None)
    if form.is_valid():
        following = _next(request, row)
        given = form.cleaned_data
        try:
            services.hand_on(row, by=request.user, at=timezone.now(), person=given["person"], reason=given["reason"])
        except ValidationError as refused:
            take_problems(form, refused)
        else:
            messages.success(request, _("Handed on: %(workflow)s.") % {"workflow": row.workflow.name})
            return redirect(following if following != row.get_absolute_url() else reverse("attestations"))
    lead = _("Whoever you name is asked in your place. Risk staff see it and put the owner in the register right.")
    return _ask(request, row, form, title=_("Not mine"), submit=_("Hand it on"), lead=lead)


@page(policies.may_start_campaign)
def excuse(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _find(pk)
    form = ExcuseForm(request.POST or None)
    if form.is_valid():
        services.excuse(row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Excused: %(workflow)s.") % {"workflow": row.workflow.name})
        return redirect(row.campaign)
    lead = _("It counts as settled in this campaign. The reason stays with it.")
    return _ask(request, row, form, title=_("Excuse this workflow"), submit=_("Excuse"), lead=lead)


def _ask(request: SignedInRequest, row: Attestation, form: Any, *, title: str, submit: str, lead: str) -> HttpResponse:
    context = {"row": row, "form": form, "title": title, "submit": submit, "lead": lead}
    return render(request, "registry/attestations/ask.html", context, status=status_of(form))


def _find(pk: int) -> Attestation:
    return get_object_or_404(Attestation.objects.select_related(*NAMES), pk=pk)
