"""Declaring an incident, and reporting what nearly became one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.declaring import DeclareForm, NearMissForm, SeenForm, WhereForm
from incidents.models import Incident
from incidents.policies.incidents import may_declare
from incidents.services import declaring
from incidents.views.answering import carry_out
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.views.requests import SignedInRequest

SIMILAR = 5


@page(may_declare, "GET", "POST")
def declare(request: SignedInRequest) -> HttpResponse:
    form = DeclareForm(request.POST or None, initial=started(request))

    def service(given: dict[str, Any]) -> Incident:
        return declaring.declare(
            by=request.user,
            at=timezone.now(),
            title=given["title"],
            summary=given["summary"],
            workflow=given["workflow"],
            harm_seen=given["harm_seen"],
            kind=given["kind"] or Incident.Kind.UNKNOWN,
            is_exercise=given["is_exercise"],
            is_restricted=given["is_restricted"],
            detected_at=given["detected_at"],
            inputs=form.inputs(),
        )

    return reported(request, form, service, "incidents/declare.html", said=_("Declared."), draft="declare")


@page(may_declare, "GET", "POST")
def near_miss(request: SignedInRequest) -> HttpResponse:
    form = NearMissForm(request.POST or None, initial=started(request))

    def service(given: dict[str, Any]) -> Incident:
        return declaring.report_near_miss(
            by=request.user,
            at=timezone.now(),
            title=given["title"],
            summary=given["summary"],
            workflow=given["workflow"],
            category=given["category"],
        )

    return reported(request, form, service, "incidents/near_miss.html", said=_("Reported."), draft="near-miss")


def started(request: SignedInRequest) -> dict[str, str]:
    """What the address already says: the workflow one comes from, or words to look for it."""
    return {name: request.GET[name] for name in ("workflow", "q", "title") if request.GET.get(name)}


def reported(
    request: SignedInRequest, form: SeenForm, service: Any, template: str, *, said: str, draft: str
) -> HttpResponse:
    is_search = "find" in request.POST  # the search button of the workflow, where no script answers it
    if form.is_bound and not is_search:
        done = carry_out(
            request, form, service, to=lambda made: reverse("incident", args=[made.pk]), said=said, draft=draft
        )
        if done is not None:
            return done
    if is_search:
        form.full_clean()
        form.errors.clear()
    context = {"form": form, "similar": similar_to(request, form), "draft": draft}
    return render(request, template, context, status=422 if form.is_bound and not is_search else 200)


def similar_to(request: SignedInRequest, form: WhereForm) -> list[Incident]:
    """Live incidents of the workflow that is chosen; nothing until one is."""
    value = str(form["workflow"].value() or "")
    workflow = Workflow.objects.filter(pk=value).first() if value.isdigit() and len(value) < 10 else None
    if workflow is None:
        return []
    return list(declaring.similar_open(workflow, "", user=request.user)[:SIMILAR])


@page(may_declare, "GET")
def choices(request: SignedInRequest) -> HttpResponse:
    """The workflows that match what is typed, as they stand in the form."""
    form = WhereForm(initial=started(request))
    context = form.chooser.get_context("workflow", request.GET.get("workflow"), {})
    return render(request, "incidents/workflow_radios.html", context)


@page(may_declare, "GET")
def similar(request: SignedInRequest) -> HttpResponse:
    form = WhereForm(initial=started(request))
    return render(request, "incidents/similar.html", {"similar": similar_to(request, form)})
