"""One action item: its page, its steps, its proof, and making a new one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.request import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies import incidents
from incidents.views.answering import carry_out
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.views.past import choices, knows_past
from registry.views.requests import SignedInRequest
from reviews.calendar import next_step
from reviews.forms.actions import ActionForm
from reviews.models import ActionItem, Review
from reviews.models.actions import CHASED
from reviews.policies import actions as policies
from reviews.services import actions as services
from reviews.services import reading
from reviews.services.chase_due import calendar_in_force
from reviews.views.action_steps import STEPS, offers

UNPROCESSABLE = 422
DIFFERENCE = "action-difference"


@page(policies.may_see_list, "GET")
@knows_past(ActionItem, DIFFERENCE)
def action(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _visible(request, pk)
    reading.opened(item, by=request.user, at=timezone.now())
    first, others = offers(item, request.user)
    passages = list(item.passages.select_related("by").order_by("-id"))
    extensions = list(item.extensions.select_related("asked_by", "decided_by"))
    return render(
        request,
        "reviews/actions/action.html",
        {
            "action": item,
            "next": first,
            "others": others,
            "chase": item.chase_steps.select_related("recipient", "notice").order_by("-due_date", "-id"),
            "next_chase": _next_chase(item),
            "passages": passages,
            "moments": choices([(_("Created"), item.created_at), *((p.get_target_display(), p.at) for p in passages)]),
            "extensions": extensions,
            "times_extended": sum(extension.is_granted is True for extension in extensions),
            "incident_visible": item.incident is not None and incidents.may_see(request.user, item.incident).allowed,
        },
    )


@page(policies.may_see_list)
def step(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """The page of one step; sending it takes the step."""
    item, chosen = _visible(request, pk), STEPS[slug]
    reading.opened(item, by=request.user, at=timezone.now())
    if request.method == "GET" and chosen.fits(item):
        require(chosen.verdict, request.user, item)
    form, draft = chosen.form(), f"action-{pk}-{slug}"
    if request.method == "POST":
        form = chosen.form(request.POST, request.FILES)
        if getattr(request, "too_large", "") and "file" in form.fields:
            form.add_error("file", _("This file is larger than the site accepts."))
        done = carry_out(
            request,
            form,
            lambda typed: chosen.run(item, request.user, timezone.now(), typed),
            to=lambda _item: item.get_absolute_url(),
            said=chosen.said,
            draft=draft,
        )
        if done is not None:
            return done
    return render(
        request,
        "reviews/actions/step.html",
        {"action": item, "step": chosen, "form": form, "draft": draft, "back": item.get_absolute_url()},
        status=UNPROCESSABLE if form.errors else 200,
    )


@page(policies.may_open_form)
def new(request: SignedInRequest) -> HttpResponse:
    """A new item, freestanding or from the record the address names."""
    source = _source(request)
    incident = source["review"].incident if "review" in source else source.get("incident")
    require(policies.may_create, request.user, incident, source.get("workflow"))
    form = ActionForm(request.POST) if request.method == "POST" else ActionForm()
    back = next((record.get_absolute_url() for record in source.values()), reverse("actions"))
    query = urlencode({name: record.pk for name, record in source.items()})
    if request.method == "POST":
        done = carry_out(
            request,
            form,
            lambda typed: services.create(
                by=request.user,
                at=timezone.now(),
                **{name: typed[name] for name in ("title", "category", "assignee", "due_date", "description")},
                **source,
            ),
            to=lambda made: f"{back}#actions" if source else made.get_absolute_url(),
            said=_("The action item is on record."),
            draft=f"action-new-{query}",
        )
        if done is not None:
            return done
    return render(
        request,
        "reviews/actions/new.html",
        {"form": form, "source": source, "back": back, "draft": f"action-new-{query}"},
        status=UNPROCESSABLE if form.errors else 200,
    )


@page(policies.may_see_list, "GET")
def proof(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file of the proof: always as a download, never shown inside the site."""
    item = _visible(request, pk)
    if item.proof_file is None:
        raise Http404
    stored = services.open_proof(item, by=request.user, at=timezone.now())
    answer = download(
        request,
        stored.open(),
        filename=item.proof_filename,
        content_type="application/octet-stream",
        size=stored.size,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _visible(request: SignedInRequest, pk: int) -> ActionItem:
    rows = ActionItem.objects.visible_to(request.user).select_related(
        "assignee", "incident", "workflow", "review", "claimed_by", "verified_by", "created_by", "proof_file"
    )
    return get_object_or_404(rows, pk=pk)


def _next_chase(item: ActionItem) -> Any:
    if item.state not in CHASED:
        return None
    now = clock()
    return next_step(item.due_date, timezone.localdate(now), calendar_in_force(now).definition)


def _source(request: SignedInRequest) -> dict[str, Any]:
    """The record an item comes from, named in the address: ?review=, ?incident= or ?workflow=."""
    visible = Incident.objects.visible_to(request.user)
    kinds: dict[str, Any] = {
        "review": Review.objects.filter(incident__in=visible).select_related("incident"),
        "incident": visible,
        "workflow": Workflow.objects.all(),
    }
    named = next((name for name in kinds if name in request.GET), None)
    return {named: get_object_or_404(kinds[named], pk=_number(request.GET, named))} if named else {}


def _number(query: QueryDict, name: str) -> int:
    value = query.get(name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
