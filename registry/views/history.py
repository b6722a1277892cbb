"""Everything that changed on a workflow, newest first: who, when, why, whence, and each field before and after."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.kernel.audit.reading import entries_for
from registry.kernel.http.pages import page
from registry.models import User, Workflow
from registry.policies import records
from registry.reports import workflow_history
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import find, frame

PER_PAGE = 25


@page(records.may_see_history, "GET")
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    labels = {
        "record": _("Record"),
        "tier": _("Tier"),
        "surfaces": _("Surfaces"),
        "containment": _("Containment"),
        "signals": _("Signals and downstream actions"),
        "capabilities": _("Capabilities"),
        "attestations": _("Attestations"),
        "playbook": _("Playbook"),
        "gates": _("Gates"),
    }
    group = request.GET.get("kind", "")
    group = group if group in labels else ""
    chosen = request.GET.get("person", "")
    rows = workflow_history.entries(workflow, group)
    if chosen.isdigit() and len(chosen) < 19:
        rows = rows.filter(actor_id=int(chosen))
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        **frame(request, workflow, "workflow-history"),
        "page_obj": listed,
        "entries": workflow_history.for_people(entries_for(list(listed.object_list))),
        "kinds": [(value, label, value == group) for value, label in labels.items()],
        "people": [(person, str(person.pk) == chosen) for person in _people(workflow)],
        "is_filtered": bool(group or chosen),
    }
    return render(request, "registry/workflow/history.html", context)


def _people(workflow: Workflow) -> list[User]:
    acted = workflow_history.actors(workflow_history.entries(workflow))
    return list(User.objects.filter(pk__in=acted))
