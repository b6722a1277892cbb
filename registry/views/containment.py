"""The prepared ways to limit harm: listed in graduated order, added, edited and proven."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import proofs
from registry.forms.containment import OptionForm, ProofForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import ContainmentOption, Role, Workflow
from registry.policies import containment as policies
from registry.policies.workflows import may_see_register
from registry.reports import containment_ladder
from registry.reports.control import asks_of
from registry.services import containment as services
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-containment"


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def options(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    now = clock()
    found = services.in_order(workflow.containment_options.prefetch_related("named_executors"))
    for option in found:
        option.workflow = workflow
    listed = [
        {
            "option": option,
            "is_stale": option.is_proof_stale(now),
            "roles": [Role(role).label for role in option.executors],
            "may_prove": policies.may_prove(request.user, option),
            "may_execute": policies.may_execute(request.user, option),
            "asks": asks_of(option.sets),
            "execute_url": _executing(option),
        }
        for option in found
    ]
    context = {
        **frame(request, workflow, TAB),
        "listed": listed,
        "ladder": containment_ladder.ladder(found),
        "standing": containment_ladder.standing_on(workflow, timezone.localdate(now)),
        "stale_count": sum(option.is_active and option.is_proof_stale(now) for option in found),
        "fresh_days": proofs.OPTION.days[workflow.tier or proofs.UNJUDGED],
        "may_edit_options": policies.may_edit_options(request.user, workflow),
    }
    return render(request, "registry/workflow/containment.html", context)


def _executing(option: ContainmentOption) -> str:
    try:
        return reverse("workflow-contain", args=[option.workflow_id, option.pk])
    except NoReverseMatch:  # an installation without incidents
        return ""


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_edit_options, request.user, workflow)
    form = OptionForm(request.POST or None, instance=ContainmentOption(workflow=workflow))
    back = reverse(TAB, args=[pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.add_option(
                workflow, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **form.changes()
            )
            messages.success(request, _("“%(name)s” is added. Record a proof once it was tried.") % {"name": made.name})
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    title, submit = _("Add a containment option"), _("Add option")
    return form_page(request, workflow, TAB, form, title=title, submit=submit, back=back)


@page(may_see_register)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    option = _find(pk)
    require(policies.may_edit_options, request.user, option.workflow)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = OptionForm(settled(request.POST, OptionForm(instance=_find(pk))), instance=_find(pk))
        if form.is_valid():
            try:
                services.edit_option(
                    option,
                    by=request.user,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    opened_version=form.cleaned_data["opened_version"],
                    **form.changes(),
                )
                messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
                return redirect(TAB, option.workflow_id)
            except Stale:
                meeting = meet(form, _find(pk))
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = OptionForm(instance=_find(pk))
    return form_page(
        request,
        find(option.workflow_id),
        TAB,
        form,
        title=_("Edit “%(name)s”") % {"name": option.name},
        submit=_("Save"),
        back=reverse(TAB, args=[option.workflow_id]),
        meeting=meeting,
    )


@page(may_see_register)
def prove(request: SignedInRequest, pk: int) -> HttpResponse:
    option = _find(pk)
    require(policies.may_prove, request.user, option)
    back = reverse(TAB, args=[option.workflow_id])
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = form.cleaned_data
            services.prove(
                option,
                by=request.user,
                at=timezone.now(),
                how=given["how"],
                minutes=given["minutes"],
                proven_at=given["proven_at"],
                occasion=given["occasion"],
            )
            messages.success(request, _("The proof of “%(name)s” is recorded.") % {"name": option.name})
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        find(option.workflow_id),
        TAB,
        form,
        title=_("Record a proof of “%(name)s”") % {"name": option.name},
        submit=_("Record proof"),
        back=back,
        lead=_("Expected to take effect within %(minutes)s minutes. A proof is fresh for 180 days.")
        % {"minutes": option.expected_minutes},
    )


def _find(pk: int) -> ContainmentOption:
    return get_object_or_404(ContainmentOption.objects.select_related("workflow"), pk=pk)
