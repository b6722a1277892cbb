"""Full entries, corrections of them, and pins."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.timeline import CorrectionForm, EntryForm
from incidents.models import TimelineEntry
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import timeline
from incidents.views.asking import Question, ask
from incidents.views.opening import visible, visible_row
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def entry_new(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    kind = request.GET.get("kind", "")
    initial = {
        "kind": kind if kind in TimelineEntry.MANUAL_KINDS else TimelineEntry.Kind.UPDATE,
        "is_internal_update": bool(request.GET.get("update")),
    }
    form = EntryForm(request.POST or None, initial=initial)

    def write(given: dict[str, Any]) -> TimelineEntry:
        return timeline.post(
            incident,
            by=request.user,
            at=timezone.now(),
            text=given["text"],
            kind=given["kind"],
            occurred_at=given["occurred_at"],
            data=form.details(),
            is_internal_update=given["is_internal_update"],
        )

    question = Question(
        title=_("Record a decision") if kind == TimelineEntry.Kind.DECISION else _("Add to the timeline"),
        submit=_("Add to the timeline"),
        section="timeline",
        back=reverse("incident", args=[pk]),
        draft=f"entry-{pk}",
    )
    return ask(request, pk, question, form, write, said=_("Added."), template="incidents/room/entry.html")


@page(may_see_list, "GET", "POST")
def entry_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    entry = visible_row(request.user, TimelineEntry.objects.all(), pk)
    require(may_work, request.user, entry.incident)
    form = CorrectionForm(request.POST or None, initial={"text": entry.text, "occurred_at": entry.occurred_at})

    def write(given: dict[str, Any]) -> TimelineEntry:
        typed = given["occurred_at"]
        as_served = entry.occurred_at.replace(second=0, microsecond=0)  # the field shows minutes only
        return timeline.correct(
            entry,
            by=request.user,
            at=timezone.now(),
            text=given["text"],
            occurred_at=None if typed == as_served else typed,
        )

    question = Question(
        title=_("Correct an entry"),
        submit=_("Add the correction"),
        section="timeline",
        back=reverse("incident", args=[entry.incident_id]),
        lead=_("The correction is added in place of the entry. What it said stays readable below it."),
        draft=f"correct-{pk}",
    )
    return ask(request, entry.incident_id, question, form, write, said=_("Corrected."))


@page(may_see_list, "POST")
def entry_pin(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    entry = visible_row(request.user, TimelineEntry.objects.all(), pk)
    service = timeline.pin if verb == "pin" else timeline.unpin
    service(entry, by=request.user, at=timezone.now())
    return redirect(reverse("incident", args=[entry.incident_id]) + f"#entry-{pk}")
