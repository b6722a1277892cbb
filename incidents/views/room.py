"""The room itself: the timeline, the command bar, and what is new in it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.forms.timeline import ACTION, PLACES, WRITING, CommandForm
from incidents.live.opening import whole
from incidents.models import Incident, TimelineEntry
from incidents.policies.evidence import may_download
from incidents.policies.incidents import may_see_list
from incidents.services import first_hour, timeline
from incidents.views.answering import carry_out
from incidents.views.clocks import address
from incidents.views.first_hour import panel_of
from incidents.views.moments import DIFFERENCE
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from incidents.views.then import incident_then
from incidents.views.timeline_lines import SHOWS, lines_of, page_of
from registry.kernel.http.pages import page
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
@knows_past(Incident, DIFFERENCE)
def incident(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.past:
        return incident_then(request, pk)
    form = CommandForm(request.POST or None)
    if form.is_bound:
        done = obey(request, pk, form)
        if done is not None:
            return done
    show = request.GET.get("show", "")
    now = timezone.now()
    found = opened(request.user, pk, **first_hour.figures())
    entries = page_of(found, show, request.GET.get("page", "1"))
    context = frame(found, request.user, "timeline", now) | {
        "form": form,
        "show": show if show in SHOWS else "",
        "page_obj": entries,
        "lines": lines_of(entries.object_list, found, now, lambda piece: not may_download(request.user, piece)),
        "places": places(pk),
        "panel": panel_of(found, now),
    }
    return render(request, "incidents/room/timeline.html", context, status=422 if form.is_bound else 200)


def obey(request: SignedInRequest, pk: int, form: CommandForm) -> HttpResponse | None:
    """Write the entry, or go where the command leads; what follows it goes along."""
    if not form.is_valid():
        return None
    word, rest = form.command()
    if word in PLACES:
        return redirect(reverse(PLACES[word], args=[pk]))
    if word == ACTION:
        page_of_actions = address("action-new") or reverse("incident", args=[pk])
        return redirect(f"{page_of_actions}?{urlencode({'incident': pk, 'title': rest})}")
    kind = WRITING.get(word, TimelineEntry.Kind.UPDATE)

    def write(_given: dict[str, Any]) -> TimelineEntry:
        return timeline.post(visible(request.user, pk), by=request.user, at=timezone.now(), text=rest, kind=kind)

    return carry_out(
        request,
        form,
        write,
        to=lambda _entry: reverse("incident", args=[pk]) + "#timeline",
        said=_("Posted."),
        draft=f"command-{pk}",
    )


def places(pk: int) -> list[dict[str, str]]:
    """The commands as links, for who does not type them."""
    entry = reverse("incident-entry-new", args=[pk])
    found = [
        {"word": "/decision", "url": f"{entry}?kind=DECISION"},
        {"word": "/evidence", "url": reverse("incident-evidence", args=[pk]) + "#add"},
        {"word": "/severity", "url": reverse("incident-severity", args=[pk])},
        {"word": "/role", "url": reverse("incident-people", args=[pk])},
        {"word": "/notice", "url": reverse("incident-obligation-new", args=[pk])},
    ]
    action = address("action-new")
    return [*found, {"word": "/action", "url": f"{action}?incident={pk}"}] if action else found


@page(may_see_list, "GET")
def news(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where no stream is open: how many entries came after `?after=`, and whether `?version=` is still the newest."""
    found = visible(request.user, pk)
    count = TimelineEntry.objects.filter(incident=found, pk__gt=whole(request.GET.get("after")) or 0).count()
    label = ngettext("%(n)s new entry", "%(n)s new entries", count) % {"n": count}
    version = whole(request.GET.get("version"))
    return JsonResponse({"count": count, "label": label, "is_changed": version not in (None, found.version)})


@page(may_see_list, "GET")
def sections(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything there is in the room, one below the other: the menu of a phone."""
    found = opened(request.user, pk)
    return render(request, "incidents/room/sections.html", frame(found, request.user, "sections", timezone.now()))
