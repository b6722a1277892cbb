"""Notices that may be owed to authorities: the list, by hand for now, with its clocks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.communications import ObligationForm, SettleForm
from incidents.models import Obligation
from incidents.policies import obligations as policies
from incidents.policies.incidents import may_see_list
from incidents.services import obligations
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET")
def owed(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    rows = list(incident.obligations.all())
    for row in rows:
        row.incident = incident
    context = frame(incident, request.user, "obligations", timezone.now()) | {
        "still": [(row, policies.may_settle(request.user, row)) for row in rows if row.status == row.Status.OPEN],
        "settled": [row for row in rows if row.status != row.Status.OPEN],
        "may_add": policies.may_add(request.user, incident),
    }
    return render(request, "incidents/room/obligations.html", context)


@page(may_see_list, "GET", "POST")
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_add, request.user, incident)
    form = ObligationForm(request.POST or None, initial={"starts_at": incident.declared_at, "owner": request.user.pk})

    def service(given: dict[str, Any]) -> Obligation:
        return obligations.add(
            incident,
            by=request.user,
            at=timezone.now(),
            name=given["name"],
            authority=given["authority"],
            starts_at=given["starts_at"],
            due_at=given["due_at"],
            owner=given["owner"],
        )

    question = Question(
        title=_("Add a notice that may be owed"),
        submit=_("Add"),
        section="obligations",
        back=reverse("incident-obligations", args=[pk]),
        draft=f"notice-{pk}",
    )
    return ask(request, pk, question, form, service, said=_("Added."))


@page(may_see_list, "GET", "POST")
def settle(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    row = visible_row(request.user, Obligation.objects.all(), pk)
    require(policies.may_settle, request.user, row)
    submits = verb == "submit"
    label = _("How it was submitted, with the receipt or reference") if submits else _("Why it is not owed")
    form = SettleForm(request.POST or None, label=label)

    def service(given: dict[str, Any]) -> Obligation:
        decide = obligations.submit if submits else obligations.not_owed
        return decide(row, by=request.user, at=timezone.now(), explanation=given["explanation"])

    question = Question(
        title=_("Record a submission") if submits else _("Decide that it is not owed"),
        submit=_("Record the submission") if submits else _("Record the decision"),
        section="obligations",
        back=reverse("incident-obligations", args=[row.incident_id]),
        about=row.name,
    )
    return ask(request, row.incident_id, question, form, service, said=_("Recorded."))
