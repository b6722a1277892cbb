"""Containing a workflow from its own page: with a reason, in an incident that goes on or a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.forms.fields import LongText
from incidents.models import Incident
from incidents.policies.incidents import may_declare
from incidents.services.containing import contain
from incidents.views.carried_out import first_words
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.kernel.http.pages import page
from registry.models import ContainmentOption
from registry.policies.containment import may_execute
from registry.reports.control import asks_of
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find

NEW, DRILL = "new", "drill"


class ContainForm(OnceMixin, PlainForm):
    incident = forms.ChoiceField(label=gettext_lazy("In"), widget=forms.RadioSelect())
    reason = LongText(label=gettext_lazy("Why now"), rows=2, help_text=gettext_lazy("A few words are enough."))

    def __init__(self, *args: Any, incidents: list[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incidents = {str(each.pk): each for each in incidents}
        field: Any = self.fields["incident"]
        field.choices = [
            *((str(each.pk), str(each)) for each in incidents),
            (NEW, _("A new incident, declared with it")),
            (DRILL, _("A drill, declared with it: it switches all the same")),
        ]
        field.initial = field.choices[0][0]


@page(may_declare)
def contain_workflow(request: SignedInRequest, pk: int, option_pk: int) -> HttpResponse:
    workflow = find(pk)
    rows = ContainmentOption.objects.filter(workflow=workflow, is_active=True).prefetch_related("named_executors")
    option = get_object_or_404(rows.select_related("workflow"), pk=option_pk)
    require(may_execute, request.user, option)
    seen: Any = Incident.objects.visible_to(request.user)
    going_on = list(seen.active().filter(workflows=workflow).order_by("-id")[:10])
    words = first_words(going_on[0], option) if going_on else ""
    form = ContainForm(request.POST or None, incidents=going_on, initial={"reason": words})

    def make() -> str:
        chosen = form.cleaned_data["incident"]
        action = contain(
            option,
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
            incident=form.incidents.get(chosen),
            is_exercise=chosen == DRILL,
        )
        messages.success(request, _("Carried out."))
        return reverse("incident-containment", args=[action.incident_id])

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    asks = " · ".join(asks_of(option.sets)) or _("Done by hand; nothing is sent to the workflow.")
    is_kill = option.kind == ContainmentOption.Kind.KILL_SWITCH
    return form_page(
        request,
        workflow,
        "workflow-containment",
        form,
        title=_("Stop %(workflow)s now") % {"workflow": workflow.name} if is_kill else option.name,
        submit=_("Stop it now") if is_kill else _("Carry out"),
        back=reverse("workflow-containment", args=[pk]),
        lead=asks,
        is_dangerous=is_kill,
    )
