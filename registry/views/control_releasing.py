"""Taking back a restriction on the page of its workflow: asked by one person, agreed to by another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.forms.control import WordsForm
from registry.kernel.access.verdict import Policy, require
from registry.kernel.http.pages import page
from registry.models import Restriction
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.services import restrictions as services
from registry.views.control import TAB
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@dataclass(frozen=True)
class Step:
    """What is decided: by which policy and service, and the words around the one question, `asks`."""

    policy: Policy
    service: Callable[..., Restriction]
    field: str
    asks: Any
    title: Any
    submit: Any
    said: Any


STEPS = {
    "ask": Step(
        policies.may_ask_release, services.ask_release, "reason", _("What shows that it is safe now"),
        _("Ask to take it back"), _("Ask"), _("Asked. Somebody else has to agree."),
    ),
    "agree": Step(
        policies.may_agree_to_release, services.release, "note", _("What you looked at"),
        _("Agree to take it back"), _("Take it back"), _("Taken back. The instances are being told."),
    ),
    "keep": Step(
        policies.may_ask_release, services.decline_release, "note", _("Why it has to stay"),
        _("Keep it in force"), _("Keep it"), _("It stays in force."),
    ),
}  # fmt: skip


@page(may_see_register)
def decide(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    step = STEPS[verb]
    rows = Restriction.objects.select_related("workflow", "option__workflow", "release_asked_by")
    restriction = get_object_or_404(rows, pk=pk)
    require(step.policy, request.user, restriction)
    services.refuse_if_of_incident(restriction)
    form = WordsForm(request.POST or None, name=step.field, label=step.asks)
    back = reverse(TAB, args=[restriction.workflow_id])

    def make() -> str:
        step.service(restriction, by=request.user, at=timezone.now(), **form.words())
        messages.success(request, str(step.said))
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    lead = f"{restriction.name} · {restriction.release_reason or restriction.reason}"
    return form_page(
        request,
        find(restriction.workflow_id),
        TAB,
        form,
        title=str(step.title),
        submit=str(step.submit),
        back=back,
        lead=lead,
        is_dangerous=verb == "agree",
    )
