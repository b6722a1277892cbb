"""Starting a campaign from a view of the register, reminding, closing, and taking its list away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.filters.addresses import Address
from registry.filters.attestations import SORT, filtered, ordered
from registry.filters.conditions import RUNNING, numbers
from registry.forms.attestations import CloseCampaignForm, RemindForm, StartCampaignForm
from registry.kernel.http.errors import Conflict
from registry.kernel.http.files import Sheet, as_file
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import Attestation, AttestationCampaign, Workflow
from registry.policies import attestations as policies
from registry.policies.workflows import may_see_register
from registry.services import attestation_campaigns as services
from registry.services.attestation_reminders import remind_by_hand
from registry.views.campaigns import find
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

RUNNING_VIEW = "stage=PILOT&stage=PRODUCTION"
"""What is asked about when the register says nothing else."""


@page(policies.may_start_campaign)
def start(request: SignedInRequest) -> HttpResponse:
    """The address is that of the register: `/campaigns/new/?tier=T1&tier=T2`."""
    if request.method == "POST":
        form = StartCampaignForm(request.POST)
        address = Address(QueryDict(request.POST.get("view", "")), request)
    else:
        address = Address(request.GET if request.GET else QueryDict(RUNNING_VIEW), request)
        form = StartCampaignForm(initial={"view": address.plain})
    if form.is_valid() and (url := create_once(request, form, lambda: _start(request, form, address))):
        return redirect(url)
    context = {"form": form, "view": address.plain, "preview": _preview(address), "most": services.MOST}
    return render(request, "registry/campaigns/new.html", context, status=status_of(form))


def _start(request: SignedInRequest, form: Any, address: Address) -> str:
    given = {name: value for name, value in form.cleaned_data.items() if name not in ("once", "view")}
    try:
        made = services.start(
            by=request.user,
            at=timezone.now(),
            workflows=address.rows.values_list("pk", flat=True),
            view=address.plain,
            **given,
        )
    except Conflict as conflict:  # about the workflows, which stand on this form too
        raise ValidationError(conflict.sentence) from conflict
    asked = made.attestations.count()
    said = ngettext("Started: %(n)s workflow is asked about.", "Started: %(n)s workflows are asked about.", asked)
    messages.success(request, said % {"n": asked})
    return made.get_absolute_url()


def _preview(address: Address) -> dict[str, int]:
    """Of the rows in this view: how many would be asked about, and what will be in the way."""
    rows = Workflow.objects.filter(pk__in=address.rows.order_by().values("pk")).exclude(stage="RETIRED")
    someone = Q(business_owner__is_active=True) | Q(technical_owner__is_active=True) | Q(deputy__is_active=True)
    return rows.aggregate(
        all=Count("pk"),
        running=Count("pk", filter=RUNNING),
        nobody=Count("pk", filter=~someone),
        asked_already=Count("pk", filter=Q(attestation_due_date__isnull=False)),
        never=Count("pk", filter=Q(attested_at__isnull=True)),
    )


@page(policies.may_start_campaign)
def remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the bar above the list with the rows picked there, or for all that are waited for."""
    campaign = _going_on(pk)
    picked = numbers(request.POST.getlist("pick"))
    if "words" not in request.POST:
        waiting = Attestation.objects.waiting().filter(campaign=campaign)
        waiting = waiting.filter(pk__in=picked) if picked else waiting
        people = waiting.filter(assignee__is_active=True).order_by().values("assignee__name").annotate(n=Count("pk"))
        context = {"campaign": campaign, "form": RemindForm(), "picked": picked, "people": people.order_by("-n")}
        return render(request, "registry/campaigns/remind.html", context)
    form = RemindForm(request.POST)
    if not form.is_valid():
        context = {"campaign": campaign, "form": form, "picked": picked, "people": []}
        return render(request, "registry/campaigns/remind.html", context, status=status_of(form))
    told = remind_by_hand(
        campaign, picked or None, by=request.user, at=timezone.now(), words=form.cleaned_data["words"]
    )
    if told:
        said = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", told) % {"n": told}
        messages.success(request, said)
    else:
        messages.info(request, _("Nobody is reminded: they have heard from you today, or nobody is left to remind."))
    return redirect(campaign)


@page(policies.may_start_campaign)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    campaign = _going_on(pk)
    form = CloseCampaignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.close(campaign, by=request.user, at=timezone.now(), note=form.cleaned_data["note"])
        except ValidationError as refused:
            take_problems(form, refused)
        else:
            messages.success(request, _("The campaign is closed."))
            return redirect(campaign)
    left = Attestation.objects.waiting().filter(campaign=campaign).order_by().values("assignee__name")
    context = {"campaign": campaign, "form": form, "left": left.annotate(n=Count("pk")).order_by("-n")}
    return render(request, "registry/campaigns/close.html", context, status=status_of(form))


def _going_on(pk: int) -> AttestationCampaign:
    campaign = find(pk)
    if not campaign.is_open:
        raise Conflict(_("This campaign is closed."))
    return campaign


@page(may_see_register, "GET")
def export(request: SignedInRequest, pk: int, kind: str) -> HttpResponseBase:
    """The rows of the view in its order, all pages of them."""
    campaign = find(pk)
    rows = filtered(request.GET, campaign.attestations.all(), request).qs
    rows = ordered(rows, request.GET.get("sort", SORT)).select_related("workflow", "assignee", "attested_by")
    sheet = Sheet(
        name=f"attestations-{pk}",
        title=campaign.name,
        rows=rows,
        headings=_headings(),
        cells=_cells,
        about=AttestationCampaign._meta.label_lower,
        number=pk,
    )
    return as_file(request, kind, sheet)


def _headings() -> list[str]:
    return [
        _("Workflow ID"), _("Workflow"), _("Risk tier"), _("Asked"), _("State"), _("Attested by"), _("Attested on"),
        _("Version of the record"), _("What was not true"), _("Why it was excused"),
    ]  # fmt: skip


def _cells(row: Attestation) -> list[object]:
    return [
        row.workflow.reference,
        row.workflow.name,
        row.workflow.get_tier_display(),
        row.assignee.name if row.assignee else "",
        row.get_state_display(),
        row.attested_by.name if row.attested_by else "",
        timezone.localdate(row.attested_at) if row.attested_at else None,
        row.workflow_version,
        row.correction,
        row.excused_reason,
    ]
