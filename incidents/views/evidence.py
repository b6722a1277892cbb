"""Evidence of one incident: the list, and adding to it."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.evidence import EvidenceForm
from incidents.models import Evidence, EvidenceRequest, Incident
from incidents.policies import evidence as policies
from incidents.policies.evidence_requests import may_ask
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
            lambda given: add_from(form, given, visible(request.user, pk), by=request.user),
            to=lambda piece: next_to(piece, pk),
            said=_("Evidence received."),
            draft=f"evidence-{pk}",
        )
        if done is not None:
            return done
    incident = opened(request.user, pk, **minimum_evidence.figures())
    rows = Evidence.objects.filter(incident=incident).select_related("file", "collected_by").order_by("-id")
    found = EvidenceRequest.objects.filter(incident=incident).select_related("person", "fetches")
    requests = sorted(found, key=lambda each: not each.is_open)  # what is open first, each by its due time
    context = frame(incident, request.user, "evidence", now) | {
        "form": form,
        "rows": readable(request.user, rows, incident),
        "may_add": policies.may_add(request.user, incident),
        "may_ask": may_ask(request.user, incident),
        "minimum": minimum_evidence.checklist(incident.__dict__),
        "requests": requests,
        "to_fetch": {each.fetches_id for each in requests if each.is_waiting},
        "asked_items": [each for each in requests if each.is_open and each.item],
    }
    return render(request, "incidents/room/evidence.html", context, status=422 if form.is_bound else 200)


def next_to(piece: Evidence, incident_pk: int) -> str:
    """After a link, who fetches what it leads to; it may lead nowhere tomorrow."""
    return (
        reverse("evidence-fetch", args=[piece.pk]) if piece.link else reverse("incident-evidence", args=[incident_pk])
    )


def add_from(
    form: EvidenceForm, given: dict[str, Any], incident: Incident, *, by: User, request: EvidenceRequest | None = None
) -> Evidence:
    """What the form holds as evidence; with `request` handed in for what was asked."""
    common = {"by": by, "at": timezone.now(), "note": given["note"], "request": request, **form.about()}
    if given["file"]:
        return evidence.add_file(incident, upload=given["file"], **common)
    return evidence.add_note(incident, link=given["link"], **common)


def readable(user: User, rows: Any, incident: Any = None) -> list[tuple[Evidence, bool]]:
    """Each piece with whether this person may read it; what they may not is shown without its title."""
    found, rows = [], list(rows)
    prefetch_related_objects([row for row in rows if row.is_named_only], "openers")
    for row in rows:
        if incident is not None:
            row.incident = incident
        found.append((row, bool(policies.may_download(user, row))))
    return found
