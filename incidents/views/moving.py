"""Steps between states: what is missing, a reason where one is needed, merging."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.moving import MergeForm, MoveForm
from incidents.lifecycle import CLOSE, MERGE, TABLE, State
from incidents.models import Incident
from incidents.models.incidents import ACTIVE
from incidents.policies.incidents import may_move, may_see_list
from incidents.services import moving
from incidents.views.asking import Question, ask
from incidents.views.clocks import address
from incidents.views.opening import visible
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def move(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    if verb == MERGE:
        return merge(request, pk)
    incident = visible(request.user, pk)
    if verb == CLOSE and (closing := address("incident-close", pk)):
        return redirect(closing)  # only there is known whether reviews and action items allow it
    step = step_of(request, incident, verb)
    keys = [condition.key for condition in step.unmet]
    may_override = bool(keys) and bool(step.override) and all(condition.overridable for condition in step.unmet)
    form = MoveForm(request.POST or None, verb=verb, unmet=bool(keys), may_override=may_override)
    if not may_override:
        require(may_move, request.user, incident, verb)

    def service(given: dict[str, Any]) -> Any:
        return moving.move(
            incident,
            verb,
            by=request.user,
            at=timezone.now(),
            reason=given["reason"],
            override=given.get("override", False),
        )

    label = str(step.transition.label)
    question = Question(
        title=label,
        submit=label,
        section="recovery",
        back=reverse("incident", args=[pk]),
        lead=_("%(source)s → %(target)s")
        % {"source": State(incident.state).label, "target": State(step.transition.target).label},
        is_dangerous=verb in ("decline", "slip_back", "reopen"),
    )
    more = {"unmet": step.unmet, "may_override": may_override, "override": step.override if keys else None}
    target = State(step.transition.target).label
    return ask(
        request,
        pk,
        question,
        form,
        service,
        said=_("The incident is now “%(state)s”.") % {"state": target},
        more=more,
        template="incidents/room/move.html",
    )


def step_of(request: SignedInRequest, incident: Incident, verb: str) -> Any:
    """The step as the gates see it now. A step of another state is a conflict, an unknown one does not exist."""
    if all(transition.verb != verb for transition in TABLE.transitions):
        raise Http404
    for step in moving.options(incident, request.user, timezone.now()):
        if step.transition.verb == verb:
            return step
    label = next(transition.label for transition in TABLE.transitions if transition.verb == verb)
    words = {"verb": label, "state": State(incident.state).label}
    raise Conflict(_("“%(verb)s” is not possible while the incident is “%(state)s”.") % words)


def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_move, request.user, incident, MERGE)
    step_of(request, incident, MERGE)
    others = Incident.objects.visible_to(request.user).filter(state__in=ACTIVE).exclude(pk=pk)
    form = MergeForm(request.POST or None, others=others)

    def service(given: dict[str, Any]) -> Any:
        return moving.merge(incident, into=given["into"], by=request.user, at=timezone.now(), reason=given["reason"])

    question = Question(
        title=_("Merge into another incident"),
        submit=_("Merge"),
        section="timeline",
        back=reverse("incident", args=[pk]),
        is_dangerous=True,
    )
    return ask(
        request,
        pk,
        question,
        form,
        service,
        to=lambda _passage: reverse("incident", args=[form.cleaned_data["into"].pk]),
        said=_("Merged."),
    )
