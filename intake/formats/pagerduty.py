"""PagerDuty Events API v2: trigger, acknowledge and resolve, told apart by `dedup_key`."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from intake.formats.body import an_object
from intake.formats.event import Event, Unreadable, entries, event, mapping, words
from intake.kinds import Status

ACTIONS = {"trigger": Status.FIRING, "acknowledge": Status.ACKNOWLEDGED, "resolve": Status.RESOLVED}


def pagerduty(body: bytes) -> list[Event]:
    found = an_object(body)
    action = words(found.get("event_action"), 40)
    if action not in ACTIONS:
        raise Unreadable(_("“event_action” is not trigger, acknowledge or resolve."))
    if action != "trigger" and not words(found.get("dedup_key"), 10):
        raise Unreadable(_("“%(action)s” needs a “dedup_key”.") % {"action": action})
    said = mapping(found.get("payload"))
    if action == "trigger" and not words(said.get("summary"), 10):
        raise Unreadable(_("“payload.summary” is missing."))
    return [
        event(
            key=dedup_key(found, body),
            status=ACTIONS[action],
            title=said.get("summary"),
            text=_details(said),
            level=said.get("severity"),
            labels=_labels(found, said),
            link=_link(found),
            workflow=mapping(said.get("custom_details")).get("ai_workflow"),
            at=said.get("timestamp"),
        )
    ]


def routing_key(body: bytes) -> str:
    return words(an_object(body).get("routing_key"), 200)


def dedup_key(found: Mapping[str, Any], body: bytes) -> str:
    """The one given; else one of the body, so that the same sent again is the same."""
    return words(found.get("dedup_key"), 255) or hashlib.sha256(body).hexdigest()[:32]


def _details(said: Mapping[str, Any]) -> str:
    details = said.get("custom_details")
    if isinstance(details, Mapping):
        return "\n".join(f"{words(name, 100)}: {words(value, 500)}" for name, value in list(details.items())[:40])
    return words(details, 4000)


def _labels(found: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: said.get(name) for name in ("source", "component", "group", "class")}
    return {**mapping(said.get("custom_details")), **named, "client": found.get("client")}


def _link(found: Mapping[str, Any]) -> Any:
    links = [mapping(one).get("href") for one in entries(found.get("links"))]
    return next((link for link in [*links, found.get("client_url")] if link), "")
