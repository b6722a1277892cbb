"""Prometheus Alertmanager webhooks, version 4, and Grafana's, which are made like them.

An alert is told apart by its fingerprint within its group. A zero `endsAt` means that it is open, whatever the status
beside it says.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from intake.formats.body import an_object
from intake.formats.event import Event, Unreadable, event, instant, mapping, words
from intake.kinds import Status


def alertmanager(body: bytes) -> list[Event]:
    return _read(body, links=("generatorURL",))


def grafana(body: bytes) -> list[Event]:
    return _read(body, links=("panelURL", "dashboardURL", "generatorURL"))


def _read(body: bytes, *, links: tuple[str, ...]) -> list[Event]:
    found = an_object(body)
    if not isinstance(found.get("alerts"), list):
        raise Unreadable(_("The object has no list “alerts”."))
    group = words(found.get("groupKey"), 2000)
    events = [_alert(group, mapping(one), found, links) for one in found["alerts"] if isinstance(one, Mapping)]
    if len(events) < len(found["alerts"]):
        raise Unreadable(_("An entry of “alerts” is not an object."))
    return [*events, *_left_out(group, found)]


def _alert(group: str, one: Mapping[str, Any], whole: Mapping[str, Any], links: tuple[str, ...]) -> Event:
    labels, notes = mapping(one.get("labels")), mapping(one.get("annotations"))
    ended = instant(one.get("endsAt"))
    is_over = words(one.get("status"), 20).lower() == "resolved" and ended is not None
    fingerprint = words(one.get("fingerprint"), 200) or _by_labels(labels)
    given = [one.get(name) for name in links] + [whole.get("externalURL")]
    return event(
        key=f"{fingerprint} {group}",
        status=Status.RESOLVED if is_over else Status.FIRING,
        title=notes.get("summary") or labels.get("alertname") or "Alert",
        text=notes.get("description") or notes.get("message") or one.get("valueString") or "",
        level=labels.get("severity") or labels.get("level") or labels.get("priority") or "",
        labels=labels,
        link=next((link for link in given if link), ""),
        at=ended if is_over else one.get("startsAt"),
    )


def _by_labels(labels: Mapping[str, Any]) -> str:
    return ",".join(f"{name}={words(labels[name], 200)}" for name in sorted(labels))


def _left_out(group: str, whole: Mapping[str, Any]) -> list[Event]:
    """What the sender cut off is said as well: nobody may think that these were all."""
    count = whole.get("truncatedAlerts")
    if isinstance(count, bool) or not isinstance(count, int) or count <= 0:
        return []
    common = mapping(whole.get("commonLabels"))
    is_over = words(whole.get("status"), 20).lower() == "resolved"
    return [
        event(
            key=f"left-out {group}",
            status=Status.RESOLVED if is_over else Status.FIRING,
            title=_("%(n)s more alerts of this group were cut off by the sender") % {"n": count},
            text=_("Raise max_alerts to receive them. Group: %(group)s") % {"group": group},
            level=common.get("severity", ""),
            labels=common,
            link=whole.get("externalURL", ""),
        )
    ]
