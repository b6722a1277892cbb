"""How much work waits for people: a reading taken down, the course of each queue, and when it clears."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.backlog import Clearing
from incidents.forms.backlog import BacklogForm
from incidents.models import BacklogReading
from incidents.policies.backlog import may_record
from incidents.policies.incidents import may_see_list
from incidents.services import backlog
from incidents.views.answering import carry_out
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

DRAWN = 48
"""Readings of a queue in its picture."""


@page(may_see_list, "GET", "POST")
def readings(request: SignedInRequest, pk: int) -> HttpResponse:
    form = BacklogForm(request.POST or None)
    if form.is_bound:
        done = carry_out(
            request,
            form,
            lambda given: recorded(request, pk, given),
            to=lambda _reading: reverse("incident-backlog", args=[pk]),
            said=_("Taken down."),
            draft=f"backlog-{pk}",
        )
        if done is not None:
            return done
    incident = opened(request.user, pk)
    queues = backlog.queues_of(incident)
    if not form.is_bound and queues:
        form = BacklogForm(initial={"queue": max(queues, key=lambda queue: queue.newest.at).name})
    context = frame(incident, request.user, "backlog", timezone.now()) | {
        "form": form,
        "queues": [shown(queue) for queue in queues],
        "may_record": may_record(request.user, incident),
    }
    return render(request, "incidents/backlog/backlog.html", context, status=422 if form.is_bound else 200)


def recorded(request: SignedInRequest, pk: int, given: dict[str, Any]) -> BacklogReading:
    values = {name: value for name, value in given.items() if name != "once"}
    return backlog.record(visible(request.user, pk), by=request.user, at=timezone.now(), **values)


def shown(queue: backlog.Queue) -> dict[str, Any]:
    """One queue as its card draws it."""
    drawn = queue.readings[-DRAWN:]
    points = [
        (date_format(timezone.localtime(row.at), "j M H:i" if _spans_days(drawn) else "H:i"), row.length)
        for row in drawn
    ]
    return {"queue": queue, "points": points, "rows": queue.readings[::-1][:10], "clears": clears(queue)}


def clears(queue: backlog.Queue) -> str:
    """When it is gone at the present rate, in words."""
    found = queue.outlook
    if found.clearing != Clearing.AT or found.clears_at is None:
        return found.clearing.label
    return _("Clears %(at)s at this rate") % {"at": date_format(timezone.localtime(found.clears_at), "D j M, H:i T")}


def _spans_days(rows: list[BacklogReading]) -> bool:
    return timezone.localdate(rows[0].at) != timezone.localdate(rows[-1].at)
