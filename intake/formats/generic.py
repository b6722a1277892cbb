"""Any JSON, by a mapping that says where in it the parts of a signal stand."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.formats.body import parsed
from intake.formats.event import Event, Unreadable, event, words
from intake.formats.paths import found_at
from intake.kinds import Status

FIELDS: Final = {
    "key": gettext_lazy("What tells it apart"),
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("Text"),
    "level": gettext_lazy("Level"),
    "status": gettext_lazy("Status"),
    "workflow": gettext_lazy("Workflow"),
    "at": gettext_lazy("Time"),
    "link": gettext_lazy("Link"),
    "labels": gettext_lazy("Labels (an object)"),
    "items": gettext_lazy("List of signals, where one message holds several"),
}
OVER: Final = ("resolved", "ok", "closed", "recovered", "normal", "up")
"""Values of the status that mean it is over, unless the mapping names others."""
SIMPLE: Final = {
    "key": "id", "title": "title", "text": "text", "level": "level", "status": "status", "workflow": "ai_workflow",
    "at": "time", "link": "link", "labels": "labels",
}  # fmt: skip
"""What is looked for where no mapping was made."""


def generic(body: bytes, paths: Mapping[str, str], over: tuple[str, ...] = ()) -> list[Event]:
    """`paths` are by the names of FIELDS; `over` are values of the status that mean that it has ended."""
    document = parsed(body)
    known = paths or SIMPLE
    entries = found_at(document, known["items"]) if known.get("items") else [document]
    if not isinstance(entries, list):
        raise Unreadable(_("There is no list at “%(path)s”.") % {"path": known["items"]})
    return [_one(one, known, {value.lower() for value in over or OVER}) for one in entries]


def _one(document: Any, paths: Mapping[str, str], over: set[str]) -> Event:
    at = {name: found_at(document, path) for name, path in paths.items() if name != "items" and path}
    if not words(at.get("title"), 10):
        raise Unreadable(_("There is no title at “%(path)s”.") % {"path": paths.get("title", "")})
    return event(
        key=words(at.get("key"), 100_000) or f"title {words(at.get('title'), 500)}",
        status=_status(at.get("status"), over),
        **{name: at.get(name) for name in ("title", "text", "level", "labels", "link", "workflow", "at")},
    )


def _status(value: Any, over: set[str]) -> Status:
    said = words(value, 100).lower()
    if not said:
        return Status.REPORTED
    return Status.RESOLVED if said in over else Status.FIRING
