"""An incident in the words of public frameworks: field by field what is filled from what, and the files themselves."""

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from incidents.policies.incidents import may_see_list
from incidents.services import exporting
from incidents.standards.fields import Place
from incidents.views.opening import opened
from incidents.views.room_frame import frame
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

PAGES = {
    Place.FACTS: "incident-facts",
    Place.TIMES: "incident-time-new",
    Place.SEVERITY: "incident-severity",
    Place.WORKFLOWS: "incident-workflow-add",
    Place.EVIDENCE: "incident-evidence",
    Place.CONTAINMENT: "incident-containment",
}


@page(may_see_list, "GET")
def export(request: SignedInRequest, pk: int) -> HttpResponse:
    """One framework at a time, the first unless another is asked for."""
    return _shown(request, opened(request.user, pk), request.GET.get("as", ""))


@page(may_see_list)
def take(request: SignedInRequest, pk: int, standard: str) -> HttpResponseBase:
    """The file. The address of the public form comes only when it is asked for by a form of this site.

    Whoever opens that address sends what is in it, so that no link from elsewhere may lead there.
    """
    incident, now = opened(request.user, pk), timezone.now()
    if standard == exporting.AS_LINK and request.method != "POST":
        return redirect(reverse("incident-export", args=[pk]) + f"?as={standard}")
    found = exporting.take(incident, standard, by=request.user, at=now)
    if standard == exporting.AS_LINK:
        return _shown(request, incident, standard, link=found["url"])
    name = f"{incident.reference}-{standard}-{timezone.localdate(now).isoformat()}.json"
    return download(request, BytesIO(exporting.as_bytes(found)), filename=name, content_type="application/json")


def _shown(request: SignedInRequest, incident: Any, key: str, *, link: str = "") -> HttpResponse:
    now = timezone.now()
    found = exporting.mapped(incident, by=request.user, at=now)
    chosen = next((each for each in found if each.key == key), found[0])
    context = frame(incident, request.user, "export", now) | {
        "standards": found,
        "chosen": chosen,
        "rows": [(each, _lines(each.value), _place_of(each.place, incident)) for each in chosen.fields],
        "link": link,
    }
    return render(request, "incidents/room/export.html", context)


def _lines(value: Any) -> list[str]:
    """A value as people read it: a text is one line, a list one for each, names with values one for each name."""
    if isinstance(value, dict):
        return [f"{name}: {', '.join(_lines(part)) or '–'}" for name, part in value.items()]
    if isinstance(value, list | tuple):
        return [" · ".join(str(each) for each in _values(part) if each) for part in value]
    return [str(value)] if value else []


def _values(part: Any) -> list[Any]:
    return list(part.values()) if isinstance(part, dict) else [part]


def _place_of(place: Place, incident: Any) -> str:
    """Where it can be filled in; nowhere for what is not kept here."""
    if place == Place.WORKFLOW:
        links = list(incident.links.all())
        return (
            str(links[0].workflow.get_absolute_url()) if links else reverse(PAGES[Place.WORKFLOWS], args=[incident.pk])
        )
    return reverse(PAGES[place], args=[incident.pk]) if place in PAGES else ""
