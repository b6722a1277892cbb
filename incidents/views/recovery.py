"""The way back to normal, step by step: asked for, approved by another, watched, resolved."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.moving import CriterionForm, NoteForm
from incidents.lifecycle import RECOVER
from incidents.models import Evidence, Passage
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import moving, returning
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET")
def recovery(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    context = frame(incident, request.user, "recovery", timezone.now())
    steps = {step.verb: step for step in [context["primary"], *context["others"]] if step}
    context |= {
        "passages": Passage.objects.filter(incident=incident).select_related("by").order_by("-id"),
        "validation": Evidence.objects.filter(incident=incident, kind=Evidence.Kind.VALIDATION),
        "steps": steps,
        "approve": steps.get(RECOVER),
        "criteria": returning.criteria_of(incident),
    }
    return render(request, "incidents/room/recovery.html", context)


@page(may_see_list, "GET", "POST")
def recovery_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = NoteForm(
        request.POST or None,
        label=_("How the mitigation was validated"),
        hint=_("Name the evidence it rests on. Another person approves."),
    )

    def service(given: dict[str, Any]) -> Any:
        return moving.ask_recovery(incident, by=request.user, at=timezone.now(), note=given["note"])

    question = Question(
        title=_("Ask for the return to normal"),
        submit=_("Ask"),
        section="recovery",
        back=reverse("incident-recovery", args=[pk]),
        draft=f"recovery-{pk}",
    )
    return ask(request, pk, question, form, service, said=_("Asked. Another person approves it."))


@page(may_see_list, "GET", "POST")
def baseline(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = NoteForm(request.POST or None, label=_("Which signals, and where they stand"))

    def service(given: dict[str, Any]) -> Any:
        return moving.confirm_baseline(incident, by=request.user, at=timezone.now(), note=given["note"])

    question = Question(
        title=_("Confirm the signals at their baseline"),
        submit=_("Confirm"),
        section="recovery",
        back=reverse("incident-recovery", args=[pk]),
    )
    return ask(request, pk, question, form, service, said=_("Confirmed."))


@page(may_see_list, "GET", "POST")
def criterion(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """A word on one criterion of a playbook: met, or not, and what shows it."""
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    found = next((each for each in returning.criteria_of(incident) if each.key == key), None)
    if found is None:
        raise Http404
    form = CriterionForm(request.POST or None, initial={"is_met": "no" if found.is_met else "yes"})

    def service(given: dict[str, Any]) -> Any:
        return returning.check(
            incident,
            key=key,
            is_met=given["is_met"] == "yes",
            note=given["note"],
            by=request.user,
            at=timezone.now(),
        )

    question = Question(
        title=_("A criterion for running as before"),
        submit=_("Record"),
        section="recovery",
        back=reverse("incident-recovery", args=[pk]),
        about=found.text,
        draft=f"criterion-{pk}-{key}",
    )
    return ask(request, pk, question, form, service, said=_("Recorded."))
