"""Addresses outside: added, changed, switched on and off, and the secret that their messages are signed with."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.happenings import Happening
from incidents.models import WebhookDelivery, WebhookEndpoint, WebhookSecret, WebhookStanding
from incidents.policies import webhooks as policies
from incidents.services import webhook_events
from incidents.services.room import tell_outside
from incidents.services.wording import required
from registry.kernel.access import sealed_secrets
from registry.kernel.access.ending_keys import require_overlap
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.kernel.outgoing.addresses import NotAllowed, checked
from registry.kernel.outgoing.retrying import GIVE_UP_AFTER
from registry.kernel.outgoing.signing import new_secret
from registry.models import User, Workflow
from registry.severities import Severity

CHOICES: Final = {"happenings": Happening, "severities": Severity}


@transaction.atomic
def add(
    *,
    by: User,
    at: datetime,
    name: str,
    url: str,
    owner: User,
    happenings: Iterable[str] = (),
    severities: Iterable[str] = (),
    workflows: Iterable[Workflow] = (),
    hears_exercises: bool = False,
    reason: str = "",
) -> tuple[WebhookEndpoint, str]:
    """The endpoint and its secret, which is not shown again. It hears of what happens from now on."""
    require(policies.may_manage, by)
    said = {
        "name": name, "url": url, "owner": owner, "happenings": list(happenings), "severities": list(severities),
        "workflows": list(workflows), "hears_exercises": hears_exercises,
    }  # fmt: skip
    endpoint = WebhookEndpoint(secret_set_at=at, since_entry=webhook_events.from_now_on())
    put(endpoint, _sound(endpoint, said))
    with acting(user_id=by.pk, reason=reason or _("Added")):
        endpoint.save()
    WebhookStanding.objects.create(endpoint=endpoint)
    return endpoint, _give_secret(endpoint, at=at)


@transaction.atomic
def change(
    endpoint: WebhookEndpoint, *, by: User, at: datetime, reason: str, opened_version: int | None, **said: Any
) -> WebhookEndpoint:
    """Another address is another listener: whether it may hear of restricted incidents is asked anew."""
    locked = _locked(endpoint)
    require(policies.may_manage, by, locked)
    fields = _sound(locked, said)
    refuse_if_stale(locked, opened_version, fields)
    was = locked.url
    put(locked, fields)
    if locked.url != was:
        _let(locked, None, None)
    return _saved(locked, by=by, reason=reason)


@transaction.atomic
def replace_secret(
    endpoint: WebhookEndpoint, *, by: User, at: datetime, overlap: timedelta, reason: str = ""
) -> tuple[WebhookEndpoint, str]:
    """A new secret. For `overlap` messages carry the signatures of both, so that the receiver can change over."""
    locked = _locked(endpoint)
    require(policies.may_manage, by, locked)
    require_overlap(overlap)
    until = at + overlap
    for secret in WebhookSecret.objects.filter(endpoint=locked):
        secret.ends_at = until if secret.ends_at is None else min(until, secret.ends_at)
        secret.save(update_fields=["ends_at"])
    WebhookSecret.objects.filter(endpoint=locked, ends_at__lte=at).delete()
    locked.secret_set_at = at
    shown = _give_secret(locked, at=at)
    return _saved(locked, by=by, reason=reason or _("Secret replaced")), shown


@transaction.atomic
def switch(endpoint: WebhookEndpoint, *, by: User, at: datetime, on: bool, reason: str) -> WebhookEndpoint:
    """Off: what still waits is not sent. On: it hears of what happens from now on."""
    locked = _locked(endpoint)
    require(policies.may_manage, by, locked)
    if locked.is_active == on:
        return locked
    locked.is_active, locked.paused_at, locked.pause_reason = on, None, ""
    if on:
        locked.since_entry = webhook_events.from_now_on()
        _fresh(locked)
    else:
        due = WebhookDelivery.objects.filter(endpoint=locked, state__in=WebhookDelivery.STILL_DUE)
        due.update(
            state=WebhookDelivery.State.GIVEN_UP, next_attempt_at=None, last_error=_("The endpoint was switched off.")
        )
    return _saved(locked, by=by, reason=required("reason", reason, limit=500))


@transaction.atomic
def resume(endpoint: WebhookEndpoint, *, by: User, at: datetime, reason: str) -> WebhookEndpoint:
    """What waited is sent, and tried for as long as if it had just happened."""
    locked = _locked(endpoint)
    require(policies.may_manage, by, locked)
    if locked.paused_at is None:
        raise Conflict(_("This endpoint is not paused."))
    locked.paused_at, locked.pause_reason = None, ""
    _fresh(locked)
    due = WebhookDelivery.objects.filter(endpoint=locked, state__in=WebhookDelivery.STILL_DUE)
    due.update(next_attempt_at=at, give_up_at=at + GIVE_UP_AFTER)
    tell_outside()
    return _saved(locked, by=by, reason=required("reason", reason, limit=500))


@transaction.atomic
def let_hear_restricted(
    endpoint: WebhookEndpoint, *, by: User, at: datetime, allowed: bool, reason: str
) -> WebhookEndpoint:
    locked = _locked(endpoint)
    require(policies.may_let_hear, by, locked)
    _let(locked, by if allowed else None, at if allowed else None)
    return _saved(locked, by=by, reason=required("reason", reason, limit=500))


def _let(endpoint: WebhookEndpoint, by: User | None, at: datetime | None) -> None:
    endpoint.hears_restricted, endpoint.restricted_by, endpoint.restricted_at = by is not None, by, at


def _sound(endpoint: WebhookEndpoint, said: dict[str, Any]) -> dict[str, Any]:
    """The fields that were said, made fit to store; everything wrong is refused at once, by its field."""
    fields, problems = dict(said), dict[str, Any]()
    for field, choices in CHOICES.items():
        if field in fields:
            given = set(fields[field])
            fields[field] = [str(each) for each in choices if each in given]
    if "workflows" in fields:
        fields["workflow_ids"] = sorted(each.pk for each in fields.pop("workflows"))
    try:
        if "name" in fields:
            fields["name"] = _free_name(endpoint, fields["name"])
    except ValidationError as refused:
        problems |= refused.message_dict
    if "url" in fields and fields["url"] != endpoint.url and (problem := _wrong(fields["url"])):
        problems["url"] = problem
    if problems:
        raise ValidationError(problems)
    return fields


def _free_name(endpoint: WebhookEndpoint, name: str) -> str:
    found = required("name", name, limit=100)
    if WebhookEndpoint.objects.filter(name=found).exclude(pk=endpoint.pk).exists():
        raise ValidationError({"name": _("Another endpoint has this name.")})
    return found


def _wrong(url: str) -> str:
    """A name that cannot be resolved now may be tomorrow; it is judged again before every message."""
    try:
        checked(url)
    except NotAllowed as refused:
        return str(refused)
    except OSError:
        return ""
    return ""


def _give_secret(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    value = new_secret()
    WebhookSecret.objects.create(endpoint=endpoint, value=sealed_secrets.sealed(value), created_at=at)
    return value


def _fresh(endpoint: WebhookEndpoint) -> None:
    rows = WebhookStanding.objects.filter(endpoint=endpoint)
    rows.update(rests_until_at=None, failures=0, failing_since_at=None)


def _saved(endpoint: WebhookEndpoint, *, by: User, reason: str) -> WebhookEndpoint:
    endpoint.version += 1
    with acting(user_id=by.pk, reason=reason):
        endpoint.save()
    return endpoint


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("owner").get(pk=endpoint.pk)
