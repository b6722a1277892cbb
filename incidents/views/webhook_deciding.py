"""What is decided about an address outside: its secret, on or off, and whether it hears of what is restricted."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.webhooks import ReplaceSecretForm, WhyForm
from incidents.models import WebhookEndpoint
from incidents.policies import webhooks as policies
from incidents.services import webhook_endpoints as services
from incidents.views.webhooks import SECRET
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of


@page(policies.may_manage)
def replace_secret(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    form = ReplaceSecretForm(request.POST or None)

    def make() -> None:
        _saved, secret = services.replace_secret(found, by=request.user, at=timezone.now(), overlap=form.overlap)
        request.session[SECRET] = secret

    title = _("Replace the secret of “%(name)s”") % {"name": found.name}
    lead = _("The new one is shown once, on the next page.")
    return question(request, found, form, make, title=title, submit=_("Replace the secret"), lead=lead)


@page(policies.may_manage)
def switch(request: SignedInRequest, pk: int) -> HttpResponse:
    """On or off: whichever it is not."""
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    on = not found.is_active
    form = WhyForm(request.POST or None)

    def make() -> None:
        services.switch(found, by=request.user, at=timezone.now(), on=on, **_why(form))
        words = _("“%(name)s” is switched on.") if on else _("“%(name)s” is switched off.")
        messages.success(request, words % {"name": found.name})

    words = _("Switch “%(name)s” on") if on else _("Switch “%(name)s” off")
    lead = (
        _("It hears of what happens from now on, and of nothing before.")
        if on
        else _("Nothing is sent there any more, and what still waits is given up.")
    )
    submit = _("Switch it on") if on else _("Switch it off")
    return question(
        request, found, form, make, title=words % {"name": found.name}, submit=submit, lead=lead, is_dangerous=not on
    )  # fmt: skip


@page(policies.may_manage)
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    form = WhyForm(request.POST or None)

    def make() -> None:
        services.resume(found, by=request.user, at=timezone.now(), **_why(form))
        messages.success(request, _("“%(name)s” goes on.") % {"name": found.name})

    title = _("Resume “%(name)s”") % {"name": found.name}
    lead = _("What waited is sent now, and tried for three days.")
    return question(request, found, form, make, title=title, submit=_("Resume"), lead=lead)


@page(policies.may_see_endpoints)
def restricted(request: SignedInRequest, pk: int) -> HttpResponse:
    """Risk staff let it hear of restricted incidents, or no longer."""
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    require(policies.may_let_hear, request.user, found)
    allowed = not found.hears_restricted
    form = WhyForm(request.POST or None)

    def make() -> None:
        services.let_hear_restricted(found, by=request.user, at=timezone.now(), allowed=allowed, **_why(form))
        messages.success(request, _("Decided."))

    words = (
        _("Let “%(name)s” hear of restricted incidents")
        if allowed
        else _("Tell “%(name)s” nothing of restricted incidents any more")
    )
    lead = _("Titles, states and what changes leave this installation. Whoever reads them there is not on record here.")
    return question(
        request, found, form, make, title=words % {"name": found.name}, submit=_("Decide"),
        lead=lead if allowed else "", is_dangerous=allowed,
    )  # fmt: skip


def _why(form: Any) -> dict[str, str]:
    return {"reason": form.cleaned_data["reason"]}


def question(
    request: SignedInRequest, found: WebhookEndpoint, form: Any, make: Callable[[], None], **words: Any
) -> HttpResponse:
    """One form about one endpoint; afterwards its page."""

    def made() -> str:
        make()
        return found.get_absolute_url()

    if form.is_valid() and (url := create_once(request, form, made)):
        return redirect(url)
    context = {"endpoint": found, "form": form, **words}
    return render(request, "incidents/webhooks/question.html", context, status=status_of(form))
