"""What was carried out in a room, how far each has come among the instances, and what limits the workflows now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import ContainmentAction
from incidents.policies import containment as policies
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import reading
from incidents.views.opening import visible
from registry.kernel.access.verdict import Verdict
from registry.kernel.http.pages import page
from registry.models import ContainmentOption, User, Workflow
from registry.modes import Effect, combine
from registry.reports.control import Arrival, arrivals, asks_of
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Done:
    """One action with what its instances are known to have, and what this person may do about it."""

    action: ContainmentAction
    arrival: Arrival | None
    asks: list[str]
    may_ask: Verdict
    may_agree: Verdict

    @property
    def is_moving(self) -> bool:
        """Whether it may still arrive: then the page looks again soon."""
        restriction = self.action.restriction
        return bool(restriction and restriction.is_in_force and restriction.is_driven and not restriction.received_at)


@dataclass(frozen=True)
class Told:
    """What several containments in force come to, for one workflow."""

    workflow: Workflow
    effect: Effect
    asks: list[str]


def carried_out(incident: Any, user: User) -> list[Done]:
    """Newest first."""
    rows = ContainmentAction.objects.filter(incident=incident).select_related(
        "incident", "workflow", "option__workflow", "executed_by", "confirmed_by", "reverted_by",
        "restriction__release_asked_by", "restriction__workflow", "restriction__option__workflow",
    )  # fmt: skip
    actions = list(rows.prefetch_related("option__named_executors").order_by("-id"))
    in_force = [each.restriction for each in actions if each.restriction is not None and each.restriction.is_in_force]
    come = arrivals(in_force, at=timezone.now())
    return [
        Done(
            action=action,
            arrival=come.get(action.restriction.pk) if action.restriction is not None else None,
            asks=asks_of(action.restriction.sets) if action.restriction is not None else [],
            may_ask=policies.may_revert(user, action),
            may_agree=policies.may_agree_to_revert(user, action),
        )
        for action in actions
    ]


def in_force_now(done: Sequence[Done]) -> list[Told]:
    """By workflow, those for which anything is in force that is driven from here."""
    effects: dict[int, tuple[Workflow, list[Effect]]] = {}
    for each in reversed(done):
        restriction = each.action.restriction
        if restriction is not None and restriction.is_in_force and restriction.is_driven:
            effects.setdefault(each.action.workflow_id, (each.action.workflow, []))[1].append(restriction.sets)
    return [
        Told(workflow=workflow, effect=effect, asks=asks_of(effect))
        for workflow, found in effects.values()
        for effect in (combine(found),)
    ]


def first_words(incident: Any, option: ContainmentOption) -> str:
    """A reason to begin with: at two at night nobody should have to think of one first."""
    return _("To limit the harm of %(incident)s: %(title)s") % {
        "incident": incident.reference,
        "title": incident.title,
    }


def context_of(incident: Any, user: User) -> dict[str, Any]:
    """What `incidents/room/carried_out.html` reads."""
    done = carried_out(incident, user)
    return {"done": done, "told": in_force_now(done), "is_moving": any(each.is_moving for each in done)}


@page(may_see_list, "GET")
def live(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the containment page that changes while instances are being told, without all that stands around."""
    incident = visible(request.user, pk)
    reading.opened(incident, by=request.user, at=timezone.now())
    may = {"work": may_work(request.user, incident)}
    context = {"incident": incident, "may": may, "is_over": not incident.is_active}
    return render(request, "incidents/room/carried_out.html", context | context_of(incident, request.user))
