"""One delivery with all attempts, sending it again, and trying an endpoint with a test."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.forms.webhooks import SinceForm
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.policies import webhooks as policies
from incidents.services import reading
from incidents.services import webhook_redelivery as services
from incidents.views.webhook_deciding import question
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

ATTEMPTS = 20


@page(policies.may_see_endpoints, "GET")
def delivery(request: SignedInRequest, pk: int) -> HttpResponse:
    """That one of a restricted incident was read goes on record."""
    found = _find(request, pk)
    if found.incident is not None:
        reading.opened(found.incident, by=request.user, at=timezone.now())
    context = {
        "delivery": found,
        "endpoint": found.endpoint,
        "body": _readable(found.body),
        "tries": found.tries.all()[:ATTEMPTS],
        "may_send_again": policies.may_redeliver(request.user, found),
    }
    return render(request, "incidents/webhooks/delivery.html", context)


@page(policies.may_send_again, "POST")
def redeliver(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    require(policies.may_redeliver, request.user, found)
    services.redeliver(found, by=request.user, at=timezone.now())
    messages.success(request, _("It is sent again, with the same id."))
    return redirect("webhook-delivery", pk=found.pk)


@page(policies.may_manage, "POST")
def test(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    made = services.send_test(found, by=request.user, at=timezone.now())
    messages.success(request, _("A test is on its way. Reload this page to see what came back."))
    return redirect("webhook-delivery", pk=made.pk)


@page(policies.may_send_again)
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that did not arrive since a moment."""
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    form = SinceForm(request.POST or None)

    def make() -> None:
        since = form.cleaned_data["since"]
        number = services.redeliver_failed(found, by=request.user, at=timezone.now(), since=since)
        words = ngettext("%(n)d event is sent again.", "%(n)d events are sent again.", number)
        messages.success(request, words % {"n": number} if number else _("Nothing has failed since then."))

    title = _("Send again to “%(name)s”") % {"name": found.name}
    lead = _("Everything since then that failed or was given up, each with the id it had.")
    return question(request, found, form, make, title=title, submit=_("Send again"), lead=lead)


def _find(request: SignedInRequest, pk: int) -> WebhookDelivery:
    rows = services.visible_deliveries(request.user).select_related("endpoint", "incident")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _readable(body: str) -> str:
    given: Any = json.loads(body)
    return json.dumps(given, indent=2, ensure_ascii=False)
