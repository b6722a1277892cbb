"""What limits a workflow now, the instances that obey it, and the keys they ask with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.kernel.audit.asof import clock, moment
from registry.kernel.http.pages import page
from registry.models import ControlCandidate, ControlToken, Restriction, User, Workflow
from registry.ofrep import serving
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.reports.control import Control, control_of
from registry.reports.incident_names import named_now
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-control"
SECRET = "control_secret"  # noqa: S105 - the session key of the secret that the next page shows, once
PAST_SHOWN = 20


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def control(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    is_now = moment() is None
    found = control_of(workflow, at=clock(), is_now=is_now)
    context = {
        **frame(request, workflow, TAB),
        **_shown(request.user, workflow, found),
        "keys": _keys(workflow),
        "now": clock(),
        "past": named_now(
            Restriction.objects.filter(workflow=workflow, released_at__isnull=False).select_related(
                "applied_by", "release_asked_by", "released_by"
            )[:PAST_SHOWN]
        ),
        "unknown": _unknown(workflow) if is_now else [],
        "may_manage_keys": policies.may_manage_keys(request.user, workflow),
        "secret": request.session.pop(SECRET, "") if is_now and SECRET in request.session else "",
    }
    return render(request, "registry/control/page.html", context)


@page(may_see_register, "GET")
def live(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while instances ask."""
    workflow = find(pk)
    found = control_of(workflow, at=timezone.now())
    return render(
        request, "registry/control/live.html", {"workflow": workflow, **_shown(request.user, workflow, found)}
    )


def _shown(user: User, workflow: Workflow, found: Control) -> dict[str, Any]:
    plane = serving.here()
    named_now(each.restriction for each in found.in_force)
    return {
        "control": found,
        "in_force": [
            {
                "entry": each,
                "may_ask": policies.may_ask_release(user, each.restriction),
                "may_agree": policies.may_agree_to_release(user, each.restriction),
                "is_own": not each.restriction.is_of_incident,
            }
            for each in found.in_force
        ],
        "cut_off_for": plane.state.age if plane is not None and not plane.state.is_current else None,
        "waits_for_first_call": not found.running and not found.silent,
    }


def _keys(workflow: Workflow) -> list[ControlToken]:
    return list(ControlToken.objects.filter(workflow=workflow).select_related("created_by").order_by("-id")[:100])


def _unknown(workflow: Workflow) -> list[ControlCandidate]:
    rows = ControlCandidate.objects.filter(token__workflow=workflow, dismissed_at__isnull=True)
    return list(rows.select_related("token")[:20])
