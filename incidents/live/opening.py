"""Taking a place in a room: where somebody goes on, and what their stream stands or falls with."""

from functools import partial
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.live.looking import Door, Viewer
from incidents.live.rooms import ROOMS
from incidents.live.seats import Seat
from incidents.models import Incident, TimelineEntry
from registry.kernel.http.lasting import handed_over
from registry.models import User


def streamed(
    request: HttpRequest, incident: Incident, *, by: User, form: str, token: int | None = None
) -> HttpResponse:
    """The caller has found that `by` may see the incident. They go on after the entry named by `Last-Event-ID`,
    else by `?after=`, else with what comes; `?version=` says which state of the room they have.
    """
    session = "" if token is not None else str(request.session.session_key)
    door = Door(session, token, by.get_session_auth_hash() if token is None else "")
    after = whole(request.headers.get("Last-Event-ID")) or whole(request.GET.get("after"))
    if after is None:
        newest = TimelineEntry.objects.filter(incident=incident).aggregate(newest=Max("pk"))["newest"]
        after = newest or 0
    seat = Seat(
        Viewer(by.pk, door, form),
        after=after,
        version=whole(request.GET.get("version")) or 0,
        since=timezone.now(),
    )
    return handed_over(request, partial(ROOMS.serve, incident.pk, seat))


def whole(given: Any) -> int | None:
    """A number of a record or a version as it stands in an address; nothing where it is none."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 18 else None
