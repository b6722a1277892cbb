"""Reading again what could not be read or taken in: one message, or all of a source."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.views.answering import carry_out
from intake.forms.deciding import ReasonForm
from intake.models import SignalDelivery, SignalSource
from intake.policies import deliveries as delivery_policies
from intake.policies import sources as policies
from intake.services import rereading
from intake.views.sources import find
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of


@page(policies.may_add)
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(SignalDelivery.objects.select_related("source"), pk=pk)
    require(delivery_policies.may_read_again, request.user, delivery)
    form = ReasonForm(request.POST or None)
    back = delivery.source.get_absolute_url()

    def service(given: dict[str, Any]) -> SignalDelivery:
        return rereading.read_again(delivery, by=request.user, at=timezone.now(), reason=given["reason"])

    if form.is_bound:
        done = carry_out(request, form, service, to=lambda _made: back, said=_("It is read again now."))
        if done is not None:
            return done
    return _shown(request, delivery.source, form, _("Read %(delivery)s again") % {"delivery": delivery.reference})


@page(policies.may_add)
def all_of_source(request: SignedInRequest, pk: int) -> HttpResponse:
    source = find(request, pk)
    form = ReasonForm(request.POST or None)

    def service(given: dict[str, Any]) -> int:
        return rereading.read_all_again(source, by=request.user, at=timezone.now(), reason=given["reason"])

    if form.is_bound:
        done = carry_out(
            request, form, service, to=lambda _count: source.get_absolute_url(), said=_("They are read again now.")
        )
        if done is not None:
            return done
    return _shown(request, source, form, _("Read again what could not be read"))


def _shown(request: SignedInRequest, source: SignalSource, form: forms.Form, title: str) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "title": title,
        "submit": _("Read again"),
        "back": source.get_absolute_url(),
        "lead": _("It is read as the source is set up now, so mend that first. Signals keep the time they arrived at."),
    }
    return render(request, "intake/sources/question.html", context, status=status_of(form))
