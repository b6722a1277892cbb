"""Deciding a step of a request, and saying that a condition of an approval is met."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.approvals import Status
from registry.forms.gates import GateDecisionForm, MeetConditionForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import GateCondition
from registry.policies import gates as policies
from registry.policies.workflows import may_see_register
from registry.services import gates as services
from registry.services.gates_deciding import decide as decide_step
from registry.views.gates import TAB, find_request, request_page
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find

SAID = {
    Status.ASKED: gettext_lazy("Agreed. The next step has been told."),
    Status.GRANTED: gettext_lazy("Granted. It can be put into effect until its last day."),
    Status.REFUSED: gettext_lazy("Refused."),
}


@page(may_see_register, "POST")
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_request(pk)
    require(policies.may_decide, request.user, found)
    form = GateDecisionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            decided = decide_step(
                found,
                by=request.user,
                at=timezone.now(),
                approve=given["verb"] == "approve",
                reason=given["reason"],
                conditions=form.conditions,
            )
            messages.success(request, SAID[Status(decided.status)])
            return redirect(found)
        except ValidationError as refused:
            take_problems(form, refused)
        except Conflict as blocked:
            form.add_error(None, blocked.sentence)
    context = request_page(request, found, form)
    return render(request, "registry/workflow/gate_request.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@page(may_see_register)
def meet(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = GateCondition.objects.select_related("request__workflow", "owner")
    condition = get_object_or_404(rows, pk=pk)
    require(policies.may_meet, request.user, condition)
    form = MeetConditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            evidence = form.cleaned_data["evidence"]
            services.meet_condition(condition, by=request.user, at=timezone.now(), evidence=evidence)
            messages.success(request, _("The condition is met."))
            return condition.get_absolute_url()

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        find(condition.request.workflow_id),
        TAB,
        form,
        title=_("A condition is met"),
        submit=_("Mark as met"),
        back=condition.get_absolute_url(),
        lead=condition.text,
    )
