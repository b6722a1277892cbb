"""What sends signals: the list, one source with what arrived lately, and setting up a new one."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from intake.forms.sources import NewSourceForm
from intake.models import ReceivedSignal, SignalDelivery, SignalSource
from intake.policies import sources as policies
from intake.services import rereading
from intake.services import sources as services
from intake.services.addresses import address_of
from intake.views.snippets import snippets_of
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

SHOWN_ONCE = "signal_token"
DELIVERIES = 25


def find(request: SignedInRequest, pk: int) -> SignalSource:
    rows = SignalSource.objects.listed_for(request.user).machines()
    found: SignalSource = get_object_or_404(
        rows.select_related("owner", "default_workflow", "prepared_signal__workflow", "created_by"), pk=pk
    )
    return found


@page(policies.may_see_list, "GET")
def sources(request: SignedInRequest) -> HttpResponse:
    rows = SignalSource.objects.listed_for(request.user).machines().select_related("owner")
    page_obj = Paginator(_with_last(rows), 50).get_page(request.GET.get("page"))
    waiting = ReceivedSignal.objects.waiting().filter(source__in=[row.pk for row in page_obj.object_list])
    counts = dict(waiting.order_by().values_list("source").annotate(Count("pk")))
    rows_with_counts = [(row, counts.get(row.pk, 0)) for row in page_obj.object_list]
    context = {"page_obj": page_obj, "rows": rows_with_counts, "may_add": policies.may_add(request.user)}
    return render(request, "intake/sources/list.html", context)


def _with_last(rows: "QuerySet[SignalSource]") -> "QuerySet[SignalSource]":
    newest = SignalDelivery.objects.filter(source=OuterRef("pk")).order_by("-id")
    return rows.annotate(
        last_at=Subquery(newest.values("received_at")[:1]),
        last_outcome=Subquery(newest.values("outcome")[:1]),
    ).order_by("name", "id")


@page(policies.may_see_list, "GET")
def source(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    token = request.session.pop(SHOWN_ONCE, "") if SHOWN_ONCE in request.session else ""
    deliveries = SignalDelivery.objects.filter(source=found).order_by("-id")
    context = {
        "source": found,
        "address": address_of(found),
        "snippets": snippets_of(found, token),
        "secret": token,
        "tokens": list(found.tokens.select_related("created_by").order_by("-id")[:20]),
        "page_obj": Paginator(deliveries, DELIVERIES).get_page(request.GET.get("page")),
        "rules": _rules(found),
        "failed": SignalDelivery.objects.filter(source=found, outcome__in=rereading.AGAIN).count(),
        "may_manage": policies.may_manage(request.user, found),
        "may_read_bodies": policies.may_read_bodies(request.user),
        "now": timezone.now(),
    }
    return render(request, "intake/sources/source.html", context)


@page(policies.may_see_list, "GET")
def first_delivery(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether anything has arrived yet; the page asks again until something has."""
    found = find(request, pk)
    newest = SignalDelivery.objects.filter(source=found).order_by("-id").first()
    return render(request, "intake/sources/first.html", {"source": found, "newest": newest})


@page(policies.may_add)
def new(request: SignedInRequest) -> HttpResponse:
    form = NewSourceForm(request.POST or None, initial={"owner": request.user.pk, "kind": "ALERTMANAGER"})

    def make() -> str:
        given = {name: form.cleaned_data[name] for name in ("kind", "name", "owner", "signature_secret")}
        made, token = services.add(by=request.user, at=timezone.now(), **given)
        request.session[SHOWN_ONCE] = token
        return reverse("signal-source", args=[made.pk])

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    return render(request, "intake/sources/new.html", {"form": form}, status=status_of(form))


def _rules(found: SignalSource) -> list[tuple[Any, Any]]:
    """Each rule with its workflow."""
    known = Workflow.objects.in_bulk([rule.workflow for rule in found.rules])
    return [(rule, known.get(rule.workflow)) for rule in found.rules]
