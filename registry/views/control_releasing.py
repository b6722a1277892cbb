"""Taking back a restriction on the page of its workflow: asked by one person, agreed to by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.control import WhyForm
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


@page(may_see_register)
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    form = WhyForm(request.POST or None, label=_("What shows that it is safe now"))
    return _question(
        request, pk, form, policies.may_ask_release,
        lambda restriction, words: services.ask_release(restriction, by=request.user, at=timezone.now(), reason=words),
        title=_("Ask to take it back"), submit=_("Ask"), said=_("Asked. Somebody else has to agree."),
    )  # fmt: skip


@page(may_see_register)
def agree(request: SignedInRequest, pk: int) -> HttpResponse:
    form = WhyForm(request.POST or None, label=_("What you looked at"))
    return _question(
        request, pk, form, policies.may_agree_to_release,
        lambda restriction, words: services.release(restriction, by=request.user, at=timezone.now(), note=words),
        title=_("Agree to take it back"), submit=_("Take it back"), said=_("Taken back. The instances are being told."),
    )  # fmt: skip


@page(may_see_register)
def keep(request: SignedInRequest, pk: int) -> HttpResponse:
    form = WhyForm(request.POST or None, label=_("Why it has to stay"))
    return _question(
        request, pk, form, policies.may_ask_release,
        lambda restriction, words: services.decline_release(
            restriction, by=request.user, at=timezone.now(), note=words
        ),
        title=_("Keep it in force"), submit=_("Keep it"), said=_("It stays in force."),
    )  # fmt: skip


def _question(
    request: SignedInRequest,
    pk: int,
    form: WhyForm,
    policy: Policy,
    service: Callable[[Restriction, str], Any],
    *,
    title: str,
    submit: str,
    said: str,
) -> HttpResponse:
    rows = Restriction.objects.select_related("workflow", "option__workflow", "release_asked_by")
    restriction = get_object_or_404(rows, pk=pk)
    require(policy, request.user, restriction)
    services.refuse_if_of_incident(restriction)
    back = reverse(TAB, args=[restriction.workflow_id])

    def make() -> str:
        try:
            service(restriction, form.cleaned_data["words"])
        except ValidationError as refused:
            raise ValidationError({"words": refused.messages}) from refused
        messages.success(request, said)
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    lead = f"{restriction.name} · {restriction.release_reason or restriction.reason}"
    workflow = find(restriction.workflow_id)
    return form_page(request, workflow, TAB, form, title=title, submit=submit, back=back, lead=lead)
