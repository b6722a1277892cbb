"""Addresses outside that are told of incidents: all of them, one with what was sent to it, and changing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.filters.webhooks import WebhookDeliveryFilter
from incidents.forms.webhooks import EndpointEditForm, EndpointForm
from incidents.happenings import LABELS, Happening
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.policies import webhooks as policies
from incidents.services import webhook_endpoints as services
from incidents.services.webhook_redelivery import visible_deliveries
from incidents.views.facets import combinations, facet, matching
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Workflow
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

SECRET = "webhook_secret"  # noqa: S105 - the session key of the secret that the next page shows, once
PAGE = 50
COLUMNS = {"state": "state", "type": "event_type"}


@page(policies.may_see_endpoints, "GET")
def endpoints(request: SignedInRequest) -> HttpResponse:
    due = visible_deliveries(request.user).filter(endpoint=OuterRef("pk"), state__in=WebhookDelivery.STILL_DUE)
    waiting = due.order_by().values("endpoint").annotate(n=Count("pk")).values("n")
    rows = WebhookEndpoint.objects.select_related("owner", "standing")
    rows = rows.annotate(waiting=Coalesce(Subquery(waiting), 0))
    page_obj = Paginator(rows.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page_obj, "may_manage": policies.may_manage(request.user)}
    return render(request, "incidents/webhooks/list.html", context)


@page(policies.may_see_endpoints, "GET")
def endpoint(request: SignedInRequest, pk: int) -> HttpResponse:
    """What it hears of, how sending goes, and the log."""
    found = get_object_or_404(WebhookEndpoint.objects.select_related("owner", "standing", "restricted_by"), pk=pk)
    context = {
        "endpoint": found,
        "hears": [Happening(each).label for each in found.happenings],
        "concerned": Workflow.objects.filter(pk__in=found.workflow_ids),
        "secret": request.session.pop(SECRET, "") if SECRET in request.session else "",
        "may_manage": policies.may_manage(request.user, found),
        "may_let_hear": policies.may_let_hear(request.user, found),
        "may_send_again": policies.may_send_again(request.user),
        **_log(request, found),
    }
    return render(request, "incidents/webhooks/endpoint.html", context)


def _log(request: SignedInRequest, found: WebhookEndpoint) -> dict[str, Any]:
    """The newest first, with counts beside every answer of the filters, in two statements."""
    rows = visible_deliveries(request.user).filter(endpoint=found).select_related("incident").defer("body")
    asked = WebhookDeliveryFilter(request.GET, rows.order_by("-id"))
    is_valid = asked.form.is_valid()
    chosen = {name: [value for value in request.GET.getlist(name) if value] for name in COLUMNS}
    base: Any = asked.queryset
    if words := asked.form.cleaned_data.get("incident"):
        base = asked.filters["incident"].filter(base, words)
    counts = combinations(base, COLUMNS)
    paginator = Paginator(asked.qs if is_valid else base, PAGE)
    paginator.__dict__["count"] = matching(counts, chosen if is_valid else {})  # known from the facets
    facets = [
        facet("state", _("State"), WebhookDelivery.State.choices, counts, chosen),
        facet("type", _("Type"), LABELS.items(), counts, chosen),
    ]
    return {
        "facets": facets,
        "chips": [(each, option) for each in facets for option in each.options if option.is_selected],
        "page_obj": paginator.get_page(request.GET.get("page")),
        "is_narrowed": any(chosen.values()) or bool(request.GET.get("incident")),
    }


@page(policies.may_manage)
def new(request: SignedInRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, initial={"owner": request.user.pk})

    def make() -> str:
        made, secret = services.add(by=request.user, at=timezone.now(), **form.said())
        request.session[SECRET] = secret
        return made.get_absolute_url()

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    return render(request, "incidents/webhooks/new.html", {"form": form}, status=status_of(form))


@page(policies.may_manage)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, pk=pk)
    require(policies.may_manage, request.user, found)
    form = EndpointEditForm(instance=found)
    meeting: Meeting | None = None
    if request.method == "POST":
        typed = settled(request.POST, EndpointEditForm(instance=found))
        form = EndpointEditForm(typed, instance=get_object_or_404(WebhookEndpoint, pk=pk))
        if form.is_valid():
            try:
                return _saved(request, found, form)
            except Stale as stale:
                meeting = meet(form, stale.current)
            except ValidationError as refused:
                take_problems(form, refused)
    context = {"endpoint": found, "form": form, "meeting": meeting}
    return render(request, "incidents/webhooks/edit.html", context, status=status_of(form))


def _saved(request: SignedInRequest, found: WebhookEndpoint, form: EndpointEditForm) -> HttpResponse:
    opened, reason = form.cleaned_data["opened_version"], form.cleaned_data["reason"]
    saved = services.change(
        found, by=request.user, at=timezone.now(), reason=reason, opened_version=opened, **form.said()
    )
    if found.hears_restricted and not saved.hears_restricted:
        words = _("It leads elsewhere now: risk staff decide anew whether it hears of what is restricted.")
        messages.warning(request, words)
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return redirect(reverse("webhook", args=[saved.pk]))
