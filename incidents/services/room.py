"""Entering an incident to change it: locked, in one transaction, attributed to one person."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Incident
from incidents.models.incidents import ACTIVE
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.nudge import nudge
from registry.models import User

SEND_WEBHOOKS: Final = "incidents.tasks.send_webhooks"


@contextmanager
def entered(incident: Incident, *, by: User, reason: str = "") -> Iterator[Incident]:
    """The incident, read anew behind a lock that is held to the end of the transaction.

    Whatever else belongs to the room (roles, actions, evidence) must be read again inside: this one lock
    serialises everything that happens there.
    """
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        tell_outside()
        yield Incident.objects.select_for_update().get(pk=incident.pk)


def both(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    """Two incidents, read anew and locked in the order of their numbers, so that whoever takes them crosswise waits.
    The caller is in a transaction.
    """
    tell_outside()
    rows = Incident.objects.select_for_update().filter(pk__in={one.pk, other.pk}).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[one.pk], found[other.pk]


def tell_outside() -> None:
    """Once this is committed, whoever listens outside hears of it soon; without this, with the next sweep."""
    nudge(SEND_WEBHOOKS)


def save(incident: Incident) -> None:
    """Store changed fields of a locked incident as its next version."""
    incident.version += 1
    incident.save()


def touch(incident: Incident) -> None:
    """Count a change in the room that changed no field of the incident: its own row has the history."""
    Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1)
    incident.version += 1


def require_active(incident: Incident, *also: str) -> None:
    """Refuse work on an incident that is over; `also` are further states in which it is still possible."""
    if incident.state not in {*ACTIVE, *also}:
        raise Conflict(
            _("%(incident)s is “%(state)s”. Reopen it first.")
            % {"incident": incident.reference, "state": State(incident.state).label}
        )
