"""Everything that changed in the room: who, when, why, and each field before and after."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incidents.models import Evidence
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list
from incidents.reports import incident_history
from incidents.services import reading
from incidents.views.opening import opened
from incidents.views.room_frame import frame
from registry.kernel.audit.reading import entries_for
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

PAGE = 25


@page(may_see_list, "GET")
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    models = {incident_history.label_of(model): model for model in (type(incident), *incident_history.BELOW)}
    kind = request.GET.get("kind", "")
    kind = kind if kind in models else ""
    listed = Paginator(incident_history.entries(incident, kind), PAGE).get_page(request.GET.get("page"))
    closed = {str(number) for number in closed_to(request.user, incident)}
    reading.pieces_shown(incident_history.pieces_of(listed.object_list), by=request.user, at=timezone.now())
    context = frame(incident, request.user, "history", timezone.now()) | {
        "page_obj": listed,
        "entries": incident_history.for_people(
            entries_for(list(listed.object_list)),
            lambda entry: entry.object_type == incident_history.label_of(Evidence) and entry.object_id in closed,
        ),
        "kinds": [
            (label, str(model._meta.verbose_name).capitalize(), label == kind) for label, model in models.items()
        ],
    }
    return render(request, "incidents/room/history.html", context)
