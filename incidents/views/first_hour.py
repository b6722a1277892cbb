"""The first hour: what to do now, what is late, what is done, and leaving a step out with a reason."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.first_hour import Line, Part, Standing, Step
from incidents.forms.moving import NoteForm
from incidents.models import EvidenceRequest, RoleAssignment
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import first_hour as services
from incidents.services import recurrence
from incidents.services.first_hour import FirstHour, SetAside
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

PLACES = {
    Step.LEAD: "incident-people",
    Step.WORKFLOW: "incident-workflow-add",
    Step.SEVERITY: "incident-severity",
    Step.CONTAINMENT: "incident-containment",
    Step.EFFECT: "incident-containment",
    Step.PEOPLE: "incident-people",
    Step.STATE: "incident-workflow-add",
    Step.EVIDENCE: "incident-evidence",
    Step.UPDATE: "incident-entry-new",
    Step.OUTSIDE: "incident-communications",
    Step.NOTICES: "incident-obligations",
    Step.FACTS: "incident-facts",
}
"""Where each step is taken."""
LOOKS = {
    Standing.DONE: ("ok", "circle-check"),
    Standing.SET_ASIDE: ("mut", "circle-slash"),
    Standing.LATE: ("bad", "alarm-clock"),
    Standing.OPEN: ("mut", "circle-dashed"),
}


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it."""

    line: Line
    url: str
    note: str
    word: SetAside | None
    tone: str
    icon: str


@dataclass(frozen=True)
class ShownPart:
    part: Part
    lines: list[Shown]
    is_now: bool


def panel_of(incident: Any, now: Any) -> dict[str, Any] | None:
    """What the room shows of it: the next step, while there is one."""
    found = services.first_hour(incident, now)
    if found is None or not incident.is_active or found.plan.next is None:
        return None
    return {"hour": found, "next": shown(incident, found, found.plan.next), "late": len(found.plan.late)}


@page(may_see_list, "GET")
def procedure(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk, **services.figures())
    now = timezone.now()
    found = services.first_hour(incident, now)
    context = frame(incident, request.user, "first-hour", now) | {"hour": found, "parts": []}
    context["asked_items"] = (
        EvidenceRequest.objects.open().filter(incident=incident).exclude(item="").select_related("person")
    )
    if found is not None and not found.is_classified:
        context["earlier"] = recurrence.earlier(incident, user=request.user, at=now)
    if found is not None:
        context["parts"] = [
            ShownPart(
                part,
                [shown(incident, found, line) for line in part.lines],
                part.begins_at <= now < part.ends_at,
            )
            for part in found.plan.parts
        ]
        context["late"] = [shown(incident, found, line) for line in found.plan.late]
        context["next"] = shown(incident, found, found.plan.next) if found.plan.next else None
    return render(request, "incidents/room/first_hour.html", context)


@page(may_see_list, "GET", "POST")
def decide(request: SignedInRequest, pk: int, step: str, verb: str) -> HttpResponse:
    if step not in list(Step):
        raise Http404
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    leaves_out = verb == "set-aside"
    service = services.set_aside if leaves_out else services.take_up
    form = NoteForm(request.POST or None, label=_("Reason"), hint=_("Kept in the record with your name."))

    def carry(given: dict[str, Any]) -> Any:
        return service(incident, step=step, by=request.user, at=timezone.now(), reason=given["note"])

    question = Question(
        title=_("Set a step aside") if leaves_out else _("Take a step up again"),
        submit=_("Set aside") if leaves_out else _("Take up again"),
        section="first-hour",
        back=reverse("incident-first-hour", args=[pk]),
        about=Step(step).label,
        draft=f"first-hour-{pk}-{step}",
    )
    return ask(request, pk, question, form, carry, said=_("Recorded."))


def shown(incident: Any, hour: FirstHour, line: Line) -> Shown:
    tone, icon = LOOKS[line.standing]
    word = hour.set_aside.get(line.step) if line.standing is Standing.SET_ASIDE else None
    note = "" if line.is_settled else _note(line.step, hour)
    return Shown(line, _place(incident, line.step, hour), note, word, tone, icon)


def _place(incident: Any, step: Step, hour: FirstHour) -> str:
    url = reverse(PLACES[step], args=[incident.pk])
    if step is Step.UPDATE:
        return f"{url}?update=1"
    if step is Step.EVIDENCE:
        kind = next((item.usual_kind for item, is_there in hour.evidence if not is_there), "")
        return f"{url}?kind={kind}#add" if kind else url
    return url


def _note(step: Step, hour: FirstHour) -> str:
    """What exactly is missing, where there is more to say than the step itself."""
    if step is Step.EVIDENCE:
        there = sum(is_there for _item, is_there in hour.evidence)
        return _("%(there)s of %(all)s kinds") % {"there": there, "all": len(hour.evidence)}
    if step is Step.PEOPLE and hour.vacant:
        return ", ".join(str(RoleAssignment.Role(role).label) for role in hour.vacant)
    return ""
