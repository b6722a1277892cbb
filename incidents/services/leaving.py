"""What people answer for in incidents, and how it passes on when they leave. Of restricted incidents only those who
may see them choose a successor; a role that nobody takes ends, and those who are called then hear of it.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.lifecycle import State
from incidents.models import EvidenceRequest, Incident, Obligation, RoleAssignment, TimelineEntry, WebhookEndpoint
from incidents.models.incidents import ACTIVE
from incidents.services import evidence_requests, people, room, timeline
from registry.models import User
from registry.services.holdings import Kind, Move, Rows, declare


def declare_own() -> None:
    declare(KINDS, place=2)


def _at_work() -> Q:
    return Q(ended_at__isnull=True, incident__state__in=[*ACTIVE, State.RESOLVED])


def _seen(rows: Rows, user: User) -> Rows:
    return rows.filter(incident__in=Incident.objects.visible_to(user))


def _hand_roles(moves: Sequence[Move]) -> None:
    for move in moves:
        if move.successor is not None:
            people.pass_on(move.record, to=move.successor, by=move.by, at=move.at, reason=move.reason)


def _end_roles(moves: Sequence[Move]) -> None:
    for move in moves:
        people.end_for_leaver(move.record, by=move.by, at=move.at, reason=move.reason)


def _hand_obligations(moves: Sequence[Move]) -> None:
    for move in moves:
        if move.successor is None:
            continue
        with room.entered(move.record.incident, by=move.by, reason=move.reason) as locked:
            row = Obligation.objects.get(pk=move.record.pk)
            row.owner = move.successor
            row.save()
            words = {"name": row.name, "person": move.successor.name, "was": move.person.name}
            timeline.automatic(
                locked,
                kind=TimelineEntry.Kind.OBLIGATION,
                text=_("%(name)s is now for %(person)s, in place of %(was)s.") % words,
                by=move.by,
                at=move.at,
                data={"obligation": row.pk, "owner": row.owner_id},
            )
            room.touch(locked)


def _hand_requests(moves: Sequence[Move]) -> None:
    for move in moves:
        if move.successor is not None:
            evidence_requests.pass_on(move.record, to=move.successor, by=move.by, at=move.at, reason=move.reason)


def _hand_endpoints(moves: Sequence[Move]) -> None:
    for move in moves:
        if move.successor is not None:
            row = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=move.record.pk)
            row.owner = move.successor
            row.version += 1
            row.save()


def _page(name: str) -> Any:
    return lambda row: reverse(name, args=[row.incident_id])


KINDS = (
    Kind(
        "incident-role", gettext_lazy("Role in an incident"), RoleAssignment, "person", _at_work,
        lambda row: f"{row.incident.reference} {row.incident.title}: {row.get_role_display()}",
        _page("incident-people"), _hand_roles, leave=_end_roles, seen=_seen, names=("incident",),
    ),
    Kind(
        "obligation", gettext_lazy("Owner of an obligation"), Obligation, "owner", lambda: Q(status="OPEN"),
        lambda row: f"{row.incident.reference} {row.incident.title}: {row.name}",
        _page("incident-obligations"), _hand_obligations, seen=_seen, names=("incident",),
    ),
    Kind(
        "evidence-request", gettext_lazy("Asked for evidence"), EvidenceRequest, "person", lambda: Q(status="ASKED"),
        lambda row: f"{row.incident.reference} {row.incident.title}: {row.wanted}",
        lambda row: row.get_absolute_url(), _hand_requests, seen=_seen, names=("incident",),
    ),
    Kind(
        "webhook", gettext_lazy("Owner of a webhook endpoint"), WebhookEndpoint, "owner", lambda: Q(is_active=True),
        str, lambda row: row.get_absolute_url(), _hand_endpoints,
    ),
)  # fmt: skip
