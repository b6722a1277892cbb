"""Who may give the approvals that a message still needs, and for whom messages wait."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident
from incidents.models.incidents import ACTIVE
from incidents.policies import communications as policies
from incidents.policies.answering import approving
from incidents.services.owed_messages import needed, rules_at
from incidents.services.saying import WAITING, given_to, missing_of, was_sent_back
from registry.kernel.access.verdict import Verdict, deny
from registry.models import OrganisationRules, User
from registry.responsible import Responsible

MOST_WAITING = 30
"""Messages that are looked at for one person."""


def approvable(user: User, communication: Communication, missing: tuple[Responsible, ...]) -> Verdict:
    """Whether this person may give one of the approvals that are missing; else why not."""
    allowed = policies.may_approve(user, communication)
    if not allowed or not missing:
        return allowed and deny(_("Nothing is missing."))
    known = {row.by_id for row in given_to(communication)}
    answers = [policies.may_approve_as(user, communication, role, approved_by=known) for role in missing]
    return next((answer for answer in answers if answer), answers[0])


def may_send_back(user: User, communication: Communication, rules: OrganisationRules) -> Verdict:
    """Whoever may approve as one of those the rules name, also after having approved."""
    if any(row.by_id == user.pk for row in given_to(communication)):
        return policies.may_approve(user, communication)
    wanted = needed(communication.incident, communication.audience, rules)
    answers = [policies.may_approve_as(user, communication, role, approved_by=()) for role in wanted]
    return next((answer for answer in answers if answer), answers[0])


def waiting_people(communication: Communication, missing: tuple[Responsible, ...]) -> list[User]:
    """Everybody who may give one of the approvals that are missing."""
    never = {communication.drafted_by_id, *(row.by_id for row in given_to(communication))}
    return [person for role in missing for person in approving(role, communication.incident, never=never)]


def waiting_for(user: User, at: datetime) -> list[Communication]:
    """Messages of running incidents that this person may approve now, the oldest first; of the first few that wait."""
    rows = Communication.objects.filter(
        status__in=WAITING, incident__state__in=ACTIVE, incident__in=Incident.objects.visible_to(user)
    )
    rows = rows.exclude(drafted_by=user).select_related("incident").order_by("pk")
    found = list(rows.prefetch_related("approvals__by", "incident__assignments__person")[:MOST_WAITING])
    if not found:
        return []
    rules = rules_at(at)
    return [
        row
        for row in found
        if was_sent_back(row) is None and (missing := missing_of(row, rules)) and approvable(user, row, missing)
    ]


def in_words(roles: tuple[Responsible, ...]) -> str:
    return ", ".join(role.label for role in roles)
