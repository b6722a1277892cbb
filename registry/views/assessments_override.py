"""Asking for another tier than the rules give, and the second person's decision."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.assessments import DecisionForm, OverrideForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import TierAssessment
from registry.policies import assessments as policies
from registry.policies.workflows import may_see_register
from registry.services import assessments as services
from registry.views.assessments import tier_page
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_ask_override, request.user, workflow)
    newest = services.newest_assessment(workflow)
    if newest is None:
        raise Conflict(_("This workflow has not been assessed yet. Answer the seven areas first."))
    back = reverse("workflow-tier", args=[pk])
    form = OverrideForm(request.POST or None, computed=newest.computed_tier)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = form.cleaned_data
            services.ask_override(
                workflow,
                by=request.user,
                at=timezone.now(),
                tier=given["override_tier"],
                reason=given["override_reason"],
                until_date=given["override_until_date"],
            )
            messages.success(request, _("Asked. Another person of risk or an executive decides."))
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        workflow,
        "workflow-tier",
        form,
        title=_("Ask for another tier"),
        submit=_("Ask"),
        back=back,
        lead=_("The rules give %(tier)s for the newest answers. It stays in force until a second person agrees.")
        % {"tier": newest.get_computed_tier_display()},
    )


@page(may_see_register, "POST")
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    assessment = get_object_or_404(TierAssessment, pk=pk)
    require(policies.may_decide_override, request.user, assessment)
    form = DecisionForm(request.POST)
    if form.is_valid():
        approve = form.cleaned_data["verb"] == "approve"
        try:
            services.decide_override(
                assessment, by=request.user, at=timezone.now(), approve=approve, reason=form.cleaned_data["reason"]
            )
            done = _("The other tier is in force.") if approve else _("The tier by the rules stays.")
            messages.success(request, done)
            return redirect("workflow-tier", assessment.workflow_id)
        except ValidationError as refused:
            take_problems(form, refused)
    context = tier_page(request, find(assessment.workflow_id), form)
    return render(request, "registry/workflow/tier.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
