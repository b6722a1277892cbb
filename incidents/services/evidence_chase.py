"""Reminding those who were asked for evidence, and telling the lead of what does not come.

What was done is kept on the request behind its lock: whoever sweeps after a restart goes on from there, and nobody is
told twice.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import EvidenceRequest, Incident
from incidents.policies.incidents import LEAD, held, may_see
from incidents.requesting import Reminder, due_so_far, next_at, owed
from incidents.services import room
from incidents.services.evidence_request_steps import again, enter, tell
from incidents.services.telling import staff
from registry.kernel.audit.context import acting
from registry.models import Role, User

log = structlog.get_logger(__name__)


def chase(*, at: datetime) -> int:
    """Whatever is due now; how many reminders were given. One that cannot be dealt with holds up no other."""
    given = 0
    for pk, incident in EvidenceRequest.objects.to_remind(at).order_by("remind_at", "pk").values_list("pk", "incident"):
        try:
            given += _of_one(pk, incident, at)
        except Exception:
            log.exception("not reminded", evidence_request=pk)
    return given


def _of_one(pk: int, incident: int, at: datetime) -> int:
    with transaction.atomic(), acting(reason=_("Reminder")):
        locked = Incident.objects.select_for_update().get(pk=incident)
        request = EvidenceRequest.objects.to_remind(at).filter(pk=pk).first()
        if request is None:
            return 0
        row = again(request, locked)
        due = owed(row.since_at, row.due_at, made=row.reminded, now=at)
        for reminder in due:
            _remind(locked, row, reminder, at=at)
        row.reminded = due_so_far(row.since_at, row.due_at, at)
        row.remind_at = next_at(row.since_at, row.due_at, made=row.reminded)
        row.save()
        return len(due)


def _remind(incident: Incident, request: EvidenceRequest, reminder: Reminder, *, at: datetime) -> None:
    about = {"wanted": request.wanted, "person": request.person.name}
    if reminder == Reminder.LATE:
        subject = _("%(person)s has not handed in: %(wanted)s") % about
        body = _("Ask them, hand it on to somebody else, or withdraw it.")
        tell(request, _above(incident, request), "late", subject, body, by=None, at=at)
        enter(incident, request, _("Not handed in by %(person)s: %(wanted)s. The lead was told."), by=None, at=at)
        room.touch(incident)
        return
    subject = _("Still asked of you: %(wanted)s") if reminder == Reminder.HALF else _("Due now: %(wanted)s")
    tell(request, [request.person], reminder.lower(), subject % about, request.reason, by=None, at=at)


def _above(incident: Incident, request: EvidenceRequest) -> list[User]:
    """The lead and whoever asked; where neither is there any more, risk staff."""
    people = [each.person for each in held(incident) if each.role == LEAD] + [request.asked_by]
    return [each for each in people if each.is_active and may_see(each, incident)] or staff(Role.RISK)
