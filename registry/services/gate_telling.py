"""Who hears of requests at gates: whoever must decide next, whoever asked, whoever owes a condition."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from registry.approvals import Status
from registry.kernel.notify.tell import tell
from registry.models import GateRequest, User
from registry.policies.gates import may_decide_step, open_step
from registry.services.drifting import owners_of

KIND = "GATE"


def deciders_of(request: GateRequest) -> list[User]:
    """Everybody who may decide the step that is open, for a reader to choose whom to ask."""
    steps = list(request.steps.all())
    step = open_step(steps)
    if step is None or not request.is_waiting:
        return []
    people = User.objects.active().filter(roles__overlap=step.roles).order_by("pk")
    return [person for person in people if may_decide_step(person, step, steps, request.workflow)]


def subject_of(request: GateRequest) -> str:
    words = {"request": request, "workflow": request.workflow.name}
    return _("%(request)s: %(workflow)s") % words


def ask_deciders(request: GateRequest, *, at: datetime) -> None:
    """Once for each step and person."""
    step = open_step(list(request.steps.all()))
    number = step.number if step is not None else 0
    body = _("%(name)s asks: %(reason)s") % {"name": request.asked_by, "reason": request.reason}
    for person in deciders_of(request):
        _tell(request, person, f"step-{number}", _("Waits for your decision: "), body, at=at)


def tell_ended(request: GateRequest, *, by: User | None, at: datetime) -> None:
    """Granted, refused, taken back, lapsed: whoever asked and the owners."""
    body = _ended(request)
    for person in concerned(request):
        if by is None or person.pk != by.pk:
            _tell(request, person, request.status.lower(), f"{request.get_status_display()}: ", body, at=at)


def tell_owners_of_conditions(request: GateRequest, *, at: datetime) -> None:
    for condition in request.conditions.filter(met_at__isnull=True).select_related("owner"):
        body = _("Due on %(day)s: %(text)s") % {"day": condition.due_date, "text": condition.text}
        _tell(request, condition.owner, f"condition-{condition.pk}", _("A condition is yours: "), body, at=at)


def concerned(request: GateRequest) -> list[User]:
    """Whoever asked and the owners of the workflow, each once, who are still here."""
    people: Iterable[User] = [request.asked_by, *owners_of(request.workflow)]
    return list({person.pk: person for person in people if person.is_active}.values())


def _ended(request: GateRequest) -> str:
    if request.status == Status.GRANTED:
        return _("It can be put into effect until %(day)s. After that day it lapses.") % {
            "day": request.valid_until_date
        }
    if request.status == Status.LAPSED:
        return _("Nobody put it into effect in time, or a condition was not met by its day. Ask anew.")
    if request.status == Status.WITHDRAWN:
        return f"{request.withdrawn_by}: {request.withdrawal_reason}"
    refused = request.steps.exclude(verdict="").order_by("-number").select_related("decided_by").first()
    return f"{refused.decided_by}: {refused.reason}" if refused is not None else ""


def _tell(request: GateRequest, person: User, about: str, start: str, body: str, *, at: datetime) -> None:
    tell(
        key=f"gate-{request.pk}-{about}-{person.pk}",
        kind=KIND,
        recipient=person,
        subject=f"{start}{subject_of(request)}",
        body=body,
        at=at,
        url=request.get_absolute_url(),
        about=request,
    )
