"""What we know, and when things happened."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.declaring import ConcernsForm
from incidents.forms.facts import FactsForm, TimeForm
from incidents.forms.refusals import take_errors
from incidents.models import Moment
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import concerning, facts, times
from incidents.views.asking import Question, ask
from incidents.views.clocks import in_words
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def known(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    form = FactsForm(request.POST or None, facts=incident.facts, initial={"opened_version": incident.version})
    stale: Stale | None = None
    if form.is_bound and form.is_valid():
        try:
            facts.confirm_facts(
                visible(request.user, pk),
                by=request.user,
                at=timezone.now(),
                facts=form.cleaned_data["facts"],
                opened_version=form.cleaned_data["opened_version"],
            )
        except ValidationError as error:
            take_errors(form, error)
        except Stale as conflict:
            stale = conflict
        else:
            messages.success(request, _("Facts confirmed."), extra_tags=f"draft-done:facts-{pk}")
            return redirect("incident-facts", pk)
    moments = list(Moment.objects.filter(incident=incident).select_related("entered_by").order_by("-id"))
    context = frame(incident, request.user, "facts", timezone.now()) | {
        "form": form,
        "differences": form.stale(stale) if stale else [],
        "current_version": stale.current.version if stale else None,
        "moments": moments,
        "newest": newest_of(moments),
        "durations": {
            name: in_words(length)
            for name, length in asdict(times.durations_of(incident)).items()
            if length is not None
        },
    }
    status = 409 if stale else 422 if form.is_bound else 200
    return render(request, "incidents/room/facts.html", context, status=status)


def newest_of(moments: list[Moment]) -> list[Moment]:
    """The row that counts of each kind, in the order of what happened."""
    found: dict[str, Moment] = {}
    for moment in moments:
        found.setdefault(moment.kind, moment)
    return sorted(found.values(), key=lambda moment: moment.at)


@page(may_see_list, "GET", "POST")
def time_new(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = TimeForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})

    def service(given: dict[str, Any]) -> Moment:
        return times.set_time(
            incident,
            kind=given["kind"],
            value=given["value"],
            by=request.user,
            at=timezone.now(),
            source=given["source"],
            precision=given["precision"],
            confidence=given["confidence"],
        )

    question = Question(
        title=_("Set a time"),
        submit=_("Set the time"),
        section="facts",
        back=reverse("incident-facts", args=[pk]),
        lead=_("When it happened, not when it was typed. Earlier entries are kept."),
    )
    return ask(request, pk, question, form, service, said=_("Time set."))


@page(may_see_list, "GET", "POST")
def workflow_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """The incident also concerns another workflow."""
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = ConcernsForm(request.POST or None, initial={"q": request.GET.get("q", "")})
    if "find" in request.POST:
        form = ConcernsForm(initial={"q": request.POST.get("q", ""), "reason": request.POST.get("reason", "")})

    def service(given: dict[str, Any]) -> Any:
        return concerning.add_workflow(
            incident, given["workflow"], by=request.user, at=timezone.now(), reason=given["reason"]
        )

    question = Question(
        title=_("Add an affected workflow"),
        submit=_("Add"),
        section="facts",
        back=reverse("incident-facts", args=[pk]),
    )
    return ask(request, pk, question, form, service, said=_("Added."))
