"""One signal: what its source says, which deliveries spoke of it, and what became of it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.incidents import may_see_list as may_see_incidents
from incidents.services import declaring, reading
from incidents.views.opening import opened
from incidents.views.room_frame import frame
from intake.kinds import State
from intake.models import DeliveryBody, ReceivedSignal, SignalDelivery
from intake.policies import deliveries as delivery_policies
from intake.policies import signals as policies
from intake.policies import sources as source_policies
from intake.services import opening
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.past import choices, knows_past
from registry.views.requests import SignedInRequest

SIGHTINGS = 25
SIMILAR = 5
SHOWN = 200_000
"""Characters of a body that are shown; its hash is of all of it."""


def find(user: User, pk: int) -> ReceivedSignal:
    """A signal this person may see; one of a restricted incident leaves a record of who looked."""
    rows = ReceivedSignal.objects.visible_to(user).select_related(
        "source", "workflow", "incident", "decided_by", "reported_by"
    )
    signal: ReceivedSignal = get_object_or_404(rows, pk=pk)
    if signal.incident is not None:
        reading.opened(signal.incident, by=user, at=timezone.now())
    return signal


@page(policies.may_see_list, "GET")
@knows_past(ReceivedSignal)
def received(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = find(request.user, pk)
    sightings = signal.sightings.filter(delivery__received_at__lte=clock()).select_related("delivery").order_by("-id")
    context = {
        "signal": signal,
        "sightings": Paginator(sightings, SIGHTINGS).get_page(request.GET.get("page")),
        "similar": similar_to(request.user, signal) if not signal.is_decided else [],
        "earlier": _earlier(request.user, signal),
        "may_decide": policies.may_decide(request.user, signal),
        "may_read_bodies": source_policies.may_read_bodies(request.user),
        "may_see_source": source_policies.may_see_list(request.user),
        "moments": choices([(_("First received"), signal.first_seen_at), (_("Decided"), signal.decided_at)]),
        "is_open": signal.state in (State.WAITING, State.LATER),
    }
    return render(request, "intake/signal.html", context)


@page(source_policies.may_read_bodies, "GET")
def delivery(request: SignedInRequest, pk: int) -> HttpResponse:
    """The message as it arrived, as text. Where it speaks of something this person may not see, it does not exist."""
    found = get_object_or_404(SignalDelivery.objects.select_related("source", "reported_by"), pk=pk)
    if not delivery_policies.may_know_of(request.user, found):
        raise Http404
    spoken = opening.spoken_of(found, by=request.user, at=timezone.now())
    may_read = delivery_policies.may_read_body(request.user, found)
    content = bytes(DeliveryBody.objects.get(pk=found.pk).content) if may_read else b""
    context = {
        "delivery": found,
        "signals": spoken[:SIGHTINGS],
        "may_read": may_read,
        "may_read_again": delivery_policies.may_read_again(request.user, found),
        "text": content.decode(errors="replace")[:SHOWN],
        "is_cut": len(content) > SHOWN,
        "is_text": _is_text(content),
    }
    return render(request, "intake/delivery.html", context)


@page(may_see_incidents, "GET")
def of_incident(request: SignedInRequest, pk: int) -> HttpResponse:
    """The section of the room: every signal tied to the incident."""
    incident = opened(request.user, pk)
    rows = ReceivedSignal.objects.filter(incident=incident.pk).select_related("source", "workflow", "decided_by")
    context = frame(incident, request.user, "signals", timezone.now()) | {
        "page_obj": Paginator(rows.order_by("-last_seen_at", "-id"), 50).get_page(request.GET.get("page")),
        "may_sort_out": policies.may_sort_out(request.user),
    }
    return render(request, "intake/of_incident.html", context)


def similar_to(user: User, signal: ReceivedSignal) -> list[Incident]:
    return list(declaring.similar_open(signal.workflow, signal.title, user=user)[:SIMILAR])


def _earlier(user: User, signal: ReceivedSignal) -> list[ReceivedSignal]:
    """The same thing, as it was decided before."""
    rows: Any = ReceivedSignal.objects.visible_to(user)
    return list(
        rows.filter(source=signal.source_id, key=signal.key, is_current=False)
        .exclude(pk=signal.pk)
        .select_related("incident", "decided_by")
        .order_by("-id")[:10]
    )


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
