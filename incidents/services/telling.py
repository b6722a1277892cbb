"""Telling people about an incident, each once, and of a restricted one nothing that would give it away."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.incidents import may_see
from registry.kernel.access.ending import has_ended
from registry.kernel.notify.tell import tell
from registry.models import Role, User


def tell_people(
    incident: Incident,
    people: Iterable[User | None],
    *,
    event: str,
    subject: str,
    body: str,
    at: datetime,
    by: User | None = None,
    by_mail: bool = True,
    url: str = "",
) -> None:
    """Each of `people` once per `event`, a stable lower-case word or phrase; never `by`, who did it. `url` is where
    they are led, the room unless given.
    """
    for person in {person.pk: person for person in people if person is not None and person != by}.values():
        if not person.is_active or has_ended(person, at=at) or not may_see(person, incident):
            continue
        told = _discreet(incident) if incident.is_restricted else (_drill(incident) + subject, body)
        tell(
            key=f"incident-{incident.pk}-{event}-{person.pk}",
            kind="INCIDENT",
            recipient=person,
            subject=told[0],
            body=told[1],
            at=at,
            url=url or incident.get_absolute_url(),
            about=incident,
            by_mail=by_mail,
        )


def owners_of(incident: Incident) -> list[User | None]:
    return [
        person
        for workflow in incident.workflows.select_related("business_owner", "technical_owner", "deputy")
        for person in (workflow.business_owner, workflow.technical_owner, workflow.deputy)
    ]


def holders_in(incident: Incident) -> list[User]:
    """Everyone who holds a role in the room now."""
    return list(
        User.objects.filter(incident_roles__incident=incident, incident_roles__ended_at__isnull=True).distinct()
    )


def staff(*roles: str) -> list[User]:
    return list(User.objects.active().filter(roles__overlap=list(roles)))


def callers_for(incident: Incident) -> list[User]:
    """Who is told of an incident beside the owners: responders; for the gravest and the restricted also those above."""
    if incident.is_restricted:
        return staff(Role.RISK)
    return staff(Role.RESPONDER, Role.RISK, Role.EXECUTIVE) if incident.severity == "SEV-1" else staff(Role.RESPONDER)


def _discreet(incident: Incident) -> tuple[str, str]:
    return (
        _("A restricted incident needs you"),
        _("A restricted incident needs you. Sign in to read what it is about."),
    )


def _drill(incident: Incident) -> str:
    return _("Exercise: ") if incident.is_exercise else ""
