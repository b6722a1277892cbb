"""Sentry webhooks. `Sentry-Hook-Resource` says what the body is about; an issue is told apart by its number."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from intake.formats.body import an_object
from intake.formats.event import Event, Unreadable, event, mapping, words
from intake.kinds import Status

RESOURCE = "sentry-hook-resource"
SETTLED = {"resolved", "archived", "ignored"}


def sentry(body: bytes, headers: Mapping[str, str]) -> list[Event]:
    """Resources that tell of no trouble (installation, comment, …) hold no event."""
    found = an_object(body)
    data = mapping(found.get("data"))
    reader = READERS.get(headers.get(RESOURCE, "").strip().lower())
    return [] if reader is None else [reader(words(found.get("action"), 40).lower(), data)]


def _issue(action: str, data: Mapping[str, Any]) -> Event:
    issue = mapping(data.get("issue"))
    return event(
        key=f"issue {_number(issue.get('id'), 'data.issue.id')}",
        status=Status.RESOLVED if action in SETTLED else Status.ACKNOWLEDGED if action == "assigned" else Status.FIRING,
        title=issue.get("title"),
        text=issue.get("culprit"),
        level=issue.get("level"),
        labels={"project": mapping(issue.get("project")).get("slug"), "platform": issue.get("platform")},
        link=issue.get("web_url") or issue.get("permalink"),
        at=issue.get("lastSeen") or issue.get("firstSeen"),
    )


def _event_alert(action: str, data: Mapping[str, Any]) -> Event:
    return _of_event(mapping(data.get("event")), rule=data.get("triggered_rule"))


def _error(action: str, data: Mapping[str, Any]) -> Event:
    return _of_event(mapping(data.get("error")), rule="")


def _of_event(found: Mapping[str, Any], *, rule: Any) -> Event:
    tags = {pair[0]: pair[1] for pair in found.get("tags") or () if isinstance(pair, list) and len(pair) == 2
            and isinstance(pair[0], str)} if isinstance(found.get("tags"), list) else {}  # fmt: skip
    return event(
        key=f"issue {_number(found.get('issue_id'), 'data.event.issue_id')}",
        status=Status.FIRING,
        title=found.get("title") or found.get("message"),
        text=found.get("culprit") or found.get("message"),
        level=found.get("level"),
        labels={**tags, "rule": rule, "platform": found.get("platform")},
        link=found.get("web_url"),
        at=found.get("datetime"),
    )


def _metric_alert(action: str, data: Mapping[str, Any]) -> Event:
    found = mapping(data.get("metric_alert"))
    return event(
        key=f"metric {_number(found.get('id'), 'data.metric_alert.id')}",
        status=Status.RESOLVED if action == "resolved" else Status.FIRING,
        title=data.get("description_title") or found.get("title"),
        text=data.get("description_text"),
        level=action,
        labels={"rule": mapping(found.get("alert_rule")).get("name")},
        link=data.get("web_url"),
        at=found.get("date_closed") if action == "resolved" else found.get("date_started"),
    )


READERS: Mapping[str, Callable[[str, Mapping[str, Any]], Event]] = {
    "issue": _issue,
    "event_alert": _event_alert,
    "error": _error,
    "metric_alert": _metric_alert,
}


def _number(value: Any, path: str) -> str:
    found = words(value, 200)
    if not found:
        raise Unreadable(_("“%(path)s” is missing.") % {"path": path})
    return found
