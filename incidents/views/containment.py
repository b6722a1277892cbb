"""Containment: the prepared options in graduated order, and what was done with them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.containment import ExecuteForm, ProofForm, RevertForm
from incidents.gates import option_unmet
from incidents.models import ContainmentAction, GovernedSnapshot
from incidents.policies import containment as policies
from incidents.policies.incidents import may_see_list
from incidents.services import containment
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import Verdict, require
from registry.kernel.http.pages import page
from registry.models import ContainmentOption, Role
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
    running = {action.option_id: action for action in reversed(actions) if action.status in ("EXECUTED", "CONFIRMED")}
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
    rows = ContainmentAction.objects.filter(incident=incident).select_related(
        "option", "option__workflow", "executed_by", "confirmed_by", "reverted_by"
    )
    actions = list(rows.order_by("-id"))
    context = frame(incident, request.user, "containment", timezone.now()) | {
        "offers": offers_of(incident, request, actions),
        "actions": actions,
        "snapshots": GovernedSnapshot.objects.filter(incident=incident).select_related("workflow").order_by("-id"),
    }
    return render(request, "incidents/room/containment.html", context)


@page(may_see_list, "GET", "POST")
def execute(request: SignedInRequest, pk: int, option_pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    of_workflows = ContainmentOption.objects.filter(workflow__incident_links__incident=incident, is_active=True)
    option = get_object_or_404(of_workflows.select_related("workflow"), pk=option_pk)
    require(policies.may_execute, request.user, incident, option)
    form = ExecuteForm(request.POST or None)
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
        said=_("Carried out. Now confirm that it works."),
        more={"option": option, "is_stale": option.is_proof_stale(timezone.now())},
        template="incidents/room/execute.html",
    )


@page(may_see_list, "GET", "POST")
def outcome(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Say that an action works, that it had no effect, or that it is taken back."""
    rows = ContainmentAction.objects.select_related("option", "option__workflow")
    action = visible_row(request.user, rows, pk)
    if verb == "revert":
        require(policies.may_revert, request.user, action)
        return revert(request, action)
    require(policies.may_confirm, request.user, action)
    works = verb == "confirm"
    form = ProofForm(request.POST or None)

    def service(given: dict[str, Any]) -> Any:
        decide = containment.confirm if works else containment.fail
        return decide(action, by=request.user, at=timezone.now(), proof=given["proof"])

    question = Question(
        title=_("Confirm that it works") if works else _("It had no effect"),
        submit=_("Confirm the effect") if works else _("Record that it had no effect"),
        section="containment",
        back=reverse("incident-containment", args=[action.incident_id]),
        about=action.option.name,
    )
    return ask(request, action.incident_id, question, form, service, said=_("Recorded."))


def revert(request: SignedInRequest, action: ContainmentAction) -> HttpResponse:
    form = RevertForm(request.POST or None)

    def service(given: dict[str, Any]) -> Any:
        return containment.revert(action, by=request.user, at=timezone.now(), reason=given["reason"])

    question = Question(
        title=_("Take it back"),
        submit=_("Take it back"),
        section="containment",
        back=reverse("incident-containment", args=[action.incident_id]),
        about=action.option.name,
        warning=_("This loosens what limits the harm now."),
        is_dangerous=True,
    )
    return ask(request, action.incident_id, question, form, service, said=_("Taken back."))
