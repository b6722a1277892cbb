"""Evidence of one incident: the list, and adding to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.evidence import EvidenceForm
from incidents.models import Evidence
from incidents.policies import evidence as policies
from incidents.policies.incidents import may_see_list
from incidents.services import evidence, minimum_evidence
from incidents.views.answering import carry_out
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def pieces(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial={"collected_at": now, "kind": request.GET.get("kind", Evidence.Kind.INTERACTION_LOG)},
        too_large=getattr(request, "too_large", ""),
    )
    if form.is_bound:
        done = carry_out(
            request,
            form,
            lambda given: added(request, pk, form, given),
            to=lambda _piece: reverse("incident-evidence", args=[pk]),
            said=_("Evidence received."),
            draft=f"evidence-{pk}",
        )
        if done is not None:
            return done
    incident = opened(request.user, pk, **minimum_evidence.figures())
    rows = Evidence.objects.filter(incident=incident).select_related("file", "collected_by").order_by("-id")
    context = frame(incident, request.user, "evidence", now) | {
        "form": form,
        "rows": readable(request.user, rows, incident),
        "may_add": policies.may_add(request.user, incident),
        "minimum": minimum_evidence.checklist(incident.__dict__),
    }
    return render(request, "incidents/room/evidence.html", context, status=422 if form.is_bound else 200)


def added(request: SignedInRequest, pk: int, form: EvidenceForm, given: dict[str, Any]) -> Evidence:
    incident = visible(request.user, pk)
    if given["file"]:
        return evidence.add_file(
            incident, by=request.user, at=timezone.now(), upload=given["file"], note=given["note"], **form.about()
        )
    return evidence.add_note(
        incident, by=request.user, at=timezone.now(), note=given["note"], link=given["link"], **form.about()
    )


def readable(user: User, rows: Any, incident: Any = None) -> list[tuple[Evidence, bool]]:
    """Each piece with whether this person may read it; what they may not is shown without its title."""
    found = []
    for row in rows:
        if incident is not None:
            row.incident = incident
        found.append((row, bool(policies.may_download(user, row))))
    return found
