"""The playbook of a workflow as it is read: all questions at a glance, one a screen, whole on one page for paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.kernel.audit.asof import clock
from registry.kernel.audit.reading import entries_of
from registry.kernel.http.pages import page
from registry.models import Playbook, Workflow
from registry.playbook_questions import neighbours, question_of
from registry.policies import playbooks as policies
from registry.policies.workflows import may_see_register
from registry.reports.playbook_facts import Reading
from registry.reports.playbooks import part_of, parts
from registry.services.playbooks import playbook_of
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-playbook"
LATEST = 12


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def playbook(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = playbook_of(workflow)
    context = {
        **frame(request, workflow, TAB),
        **_standing(found),
        "parts": parts(found),
        "versions": entries_of(found, LATEST) if found else [],
        "may_write": policies.may_write(request.user, workflow),
    }
    return render(request, "registry/playbook/playbook.html", context)


@page(may_see_register, "GET")
@knows_past(Workflow)
def step(request: SignedInRequest, pk: int, question: str) -> HttpResponse:
    """One question on one screen, with the answer, the facts of the moment, and the way on."""
    wanted = question_of(question)
    if wanted is None:
        raise Http404
    workflow = find(pk)
    found = playbook_of(workflow)
    before, following = neighbours(wanted)
    context = {
        "workflow": workflow,
        **_standing(found),
        "part": part_of(wanted, found, Reading(workflow, clock())),
        "before": before,
        "following": following,
        "parts": parts(None),
    }
    return render(request, "registry/playbook/step.html", context)


@page(may_see_register, "GET")
@knows_past(Workflow)
def whole(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = playbook_of(workflow)
    context = {
        "workflow": workflow,
        **_standing(found),
        "parts": parts(found, Reading(workflow, clock())),
        "now": clock(),
    }
    return render(request, "registry/playbook/whole.html", context)


def _standing(found: Playbook | None) -> dict[str, Any]:
    is_due = found is not None and found.is_review_due(timezone.localdate(clock()))
    return {"playbook": found, "is_review_due": is_due}
