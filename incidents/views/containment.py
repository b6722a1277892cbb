"""Containment: the prepared options in graduated order, and what was done with them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.containment import ExecuteForm
from incidents.gates import option_unmet
from incidents.models import ContainmentAction, GovernedSnapshot
from incidents.policies import containment as policies
from incidents.policies.incidents import may_see_list
from incidents.services import containment
from incidents.views.asking import Question, ask
from incidents.views.carried_out import context_of, first_words
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import Verdict, require
from registry.kernel.http.pages import page
from registry.models import ContainmentOption, Role
from registry.reports.control import asks_of, running_of
from registry.views.requests import SignedInRequest

Kind = ContainmentOption.Kind


@dataclass(frozen=True)
class Offer:
    """One option with whether this person may use it now and how well it is known to work."""

    option: ContainmentOption
    verdict: Verdict
    is_stale: bool
    is_kill_switch: bool
    running: ContainmentAction | None
    who: list[str]


def options_of(incident: Any) -> Any:
    return (
        ContainmentOption.objects.filter(
            workflow__in=[link.workflow_id for link in incident.links.all()], is_active=True
        )
        .select_related("workflow")
        .prefetch_related("named_executors")
    )


def offers_of(incident: Any, request: SignedInRequest, actions: list[ContainmentAction]) -> list[Offer]:
    """Mildest first, as they are to be tried; the last resort is marked."""
    now = timezone.now()
    running = {
        action.option_id: action
        for action in reversed(actions)
        if action.restriction is not None and action.restriction.is_in_force
    }
    found = [
        Offer(
            option=option,
            verdict=policies.may_execute(request.user, incident, option),
            is_stale=option.is_proof_stale(now),
            is_kill_switch=option.kind == Kind.KILL_SWITCH,
            running=running.get(option.pk),
            who=[str(Role(role).label) for role in option.executors if role in Role.values]
            + [person.name for person in option.named_executors.all()],
        )
        for option in options_of(incident)
    ]
    return sorted(found, key=lambda offer: (offer.option.rank, offer.option.pk))


@page(may_see_list, "GET")
def options(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    carried_out = context_of(incident, request.user)
    context = frame(incident, request.user, "containment", timezone.now()) | {
        **carried_out,
        "offers": offers_of(incident, request, [each.action for each in carried_out["done"]]),
        "snapshots": GovernedSnapshot.objects.filter(incident=incident).select_related("workflow").order_by("-id"),
    }
    return render(request, "incidents/room/containment.html", context)


@page(may_see_list, "GET", "POST")
def execute(request: SignedInRequest, pk: int, option_pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    of_workflows = ContainmentOption.objects.filter(workflow__incident_links__incident=incident, is_active=True)
    option = get_object_or_404(of_workflows.select_related("workflow"), pk=option_pk)
    require(policies.may_execute, request.user, incident, option)
    form = ExecuteForm(request.POST or None, initial={"reason": first_words(incident, option)})
    is_kill_switch = option.kind == Kind.KILL_SWITCH

    def service(given: dict[str, Any]) -> Any:
        return containment.execute(incident, option, by=request.user, at=timezone.now(), reason=given["reason"])

    frozen = GovernedSnapshot.objects.filter(incident=incident, workflow=option.workflow).exists()
    waits = option_unmet(option.kind, has_snapshot=frozen)
    question = Question(
        title=_("Stop %(workflow)s now") % {"workflow": option.workflow.name} if is_kill_switch else option.name,
        submit=_("Stop it now") if is_kill_switch else _("Execute"),
        section="containment",
        back=reverse("incident-containment", args=[pk]),
        about=f"{option.get_kind_display()} · {option.workflow.name}",
        warning=" ".join(unmet.sentence for unmet in waits),
        is_dangerous=is_kill_switch,
    )
    return ask(
        request,
        pk,
        question,
        form,
        service,
        said=_("Carried out. The instances are being told.")
        if option.is_driven
        else _("Carried out. Now confirm that it works."),
        more={
            "option": option,
            "asks_of": asks_of(option.sets),
            "running": running_of([option.workflow_id], at=timezone.now()).get(option.workflow_id, []),
            "is_stale": option.is_proof_stale(timezone.now()),
        },
        template="incidents/room/execute.html",
    )
