"""What becomes of what does not arrive: given up after three days, and the endpoint paused, never in silence."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import WebhookDelivery, WebhookEndpoint, WebhookStanding
from registry.kernel.audit.context import acting
from registry.kernel.notify.tell import tell
from registry.kernel.outgoing.retrying import GIVE_UP_AFTER
from registry.models import Role, User

KIND: Final = "WEBHOOK"
SLACK: Final = timedelta(hours=1)
"""The first failure comes a little later than the message; endpoints rest in between."""
State = WebhookDelivery.State


@transaction.atomic
def give_up_overdue(*, at: datetime) -> int:
    """What has not arrived in time. Only time ends it, however often it was tried; whoever answers for it is told."""
    live = {"endpoint__is_active": True, "endpoint__paused_at__isnull": True}
    late = WebhookDelivery.objects.filter(state__in=WebhookDelivery.STILL_DUE, give_up_at__lte=at, **live)
    concerned = set(late.values_list("endpoint", flat=True))
    given_up = late.update(state=State.GIVEN_UP, next_attempt_at=None) if concerned else 0
    for standing in WebhookStanding.objects.filter(pk__in=concerned).select_related("endpoint__owner"):
        _gave_up(standing, at=at)
    return given_up


def look(delivery: WebhookDelivery, standing: WebhookStanding, *, at: datetime) -> None:
    """After a failed attempt."""
    if delivery.last_status == HTTPStatus.GONE:
        _pause(standing.endpoint, _("It answered that it is gone for good (410)."), at=at)


def _gave_up(standing: WebhookStanding, *, at: datetime) -> None:
    """An endpoint that takes other messages goes on; one that has taken nothing since is paused."""
    endpoint = standing.endpoint
    if standing.failing_since_at is not None and at - standing.failing_since_at >= GIVE_UP_AFTER - SLACK:
        _pause(endpoint, _("Nothing has arrived there for three days."), at=at)
        return
    _tell(
        endpoint,
        key=f"webhook-{endpoint.pk}-given-up-{at.date()}",
        subject=_("A webhook to “%(name)s” was given up") % {"name": endpoint.name},
        body=_("It was tried for three days. It can be sent again from the log of deliveries."),
        at=at,
    )


def _pause(endpoint: WebhookEndpoint, why: str, *, at: datetime) -> None:
    locked = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("owner").get(pk=endpoint.pk)
    if locked.is_paused or not locked.is_active:
        return
    locked.paused_at, locked.pause_reason = at, why
    locked.version += 1
    with acting(reason=why):
        locked.save()
    _tell(
        locked,
        key=f"webhook-{locked.pk}-paused-{at.isoformat()}",
        subject=_("Webhooks to “%(name)s” are paused") % {"name": locked.name},
        body=_(
            "%(why)s Nothing more is sent there until somebody resumes it; what happens meanwhile waits and is sent "
            "then."
        )
        % {"why": why},
        at=at,
    )


def _tell(endpoint: WebhookEndpoint, *, key: str, subject: str, body: str, at: datetime) -> None:
    """The owner and everybody who can mend it."""
    people = {person.pk: person for person in User.objects.with_role(Role.ADMINISTRATOR)}
    if endpoint.owner.is_active:
        people[endpoint.owner_id] = endpoint.owner
    for person in people.values():
        tell(
            key=f"{key}-{person.pk}", kind=KIND, recipient=person, subject=subject, body=body, at=at,
            url=endpoint.get_absolute_url(), about=endpoint,
        )  # fmt: skip
