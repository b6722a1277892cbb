"""Alerts of Langfuse monitors (`monitor-alert`), told apart by the monitor. What it tells of prompts is no signal."""

from django.utils.translation import gettext as _

from intake.formats.body import an_object
from intake.formats.event import Event, Unreadable, event, mapping, words
from intake.kinds import Status

ALERT = "monitor-alert"


def langfuse(body: bytes) -> list[Event]:
    found = an_object(body)
    if words(found.get("type"), 40) != ALERT:
        return []
    said = mapping(found.get("payload"))
    monitor = words(said.get("monitorId"), 200)
    if not monitor:
        raise Unreadable(_("“payload.monitorId” is missing."))
    message = mapping(said.get("message"))
    level = words(said.get("severity"), 40)
    return [
        event(
            key=f"monitor {monitor}",
            status=Status.RESOLVED if level == "OK" else Status.FIRING,
            title=message.get("title") or f"Monitor {monitor}",
            text=message.get("body"),
            level=level,
            labels={"project": said.get("projectId"), "monitor": monitor, "view": said.get("view")},
            link=said.get("permalink"),
            workflow=mapping(said.get("metadata")).get("ai_workflow"),
            at=said.get("timestamp") or found.get("timestamp"),
        )
    ]
