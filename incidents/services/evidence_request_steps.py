"""What every step of a request for evidence does: read it again, check the way, set its clock, enter it, tell."""

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import EvidenceRequest, Incident, TimelineEntry
from incidents.requesting import REQUESTS, next_at
from incidents.services import timeline
from incidents.services.telling import tell_people
from registry.kernel.http.errors import Conflict
from registry.kernel.transitions import TransitionRefused
from registry.models import User

LATEST: Final = timedelta(days=366)
"""After being asked."""


def again(request: EvidenceRequest, locked: Incident) -> EvidenceRequest:
    """The request as it is behind the lock of its room."""
    row = EvidenceRequest.objects.select_related("person", "asked_by", "fetches").get(pk=request.pk)
    row.incident = locked
    return row


def step(request: EvidenceRequest, verb: str) -> str:
    """The status `verb` leads to; a Conflict says why it is not possible."""
    try:
        return REQUESTS.find(verb, request.status).target
    except TransitionRefused as refused:
        raise Conflict(refused.reason) from None


def begin_clock(request: EvidenceRequest, *, at: datetime, due_at: datetime) -> None:
    """Reminders count from now on."""
    request.due_at, request.since_at = due_checked(due_at, at), at
    request.reminded, request.remind_at = 0, next_at(at, request.due_at, made=0)


def due_checked(due_at: datetime, at: datetime) -> datetime:
    if due_at.utcoffset() is None:
        raise ValidationError({"due_at": _("This time has no time zone.")})
    if due_at <= at:
        raise ValidationError({"due_at": _("This time has passed. Choose one that is still to come.")})
    if due_at > at + LATEST:
        raise ValidationError({"due_at": _("That is more than a year away. Choose a time within a year.")})
    return due_at


def enter(
    incident: Incident, request: EvidenceRequest, text: str, *, by: User | None, at: datetime, **more: str
) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.EVIDENCE,
        text=text % {"person": request.person.name, "wanted": request.wanted, **more},
        by=by,
        at=at,
        data={"evidence_request": request.pk, "status": request.status, "due_at": request.due_at.isoformat()},
    )


def tell(
    request: EvidenceRequest,
    people: list[User],
    event: str,
    subject: str,
    body: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Each of `people` once for this event of this turn of the request, led to its page."""
    turn = f"evidence-request-{request.pk}-{request.since_at:%Y%m%d%H%M%S}"
    tell_people(
        request.incident, people, event=f"{turn}-{event}", subject=subject, body=body, at=at, by=by,
        url=request.get_absolute_url(),
    )  # fmt: skip
