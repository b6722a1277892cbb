"""CloudEvents 1.0 over HTTP: structured, as a batch, or with attributes in headers. The key is `source` with `id`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from intake.formats.body import parsed
from intake.formats.event import Event, Unreadable, event, mapping, words
from intake.kinds import Status

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
OWN = ("specversion", "id", "data", "data_base64", "datacontenttype", "dataschema", "time", "traceparent", "tracestate")
"""Attributes that make no label."""
OVER = frozenset({"resolved", "ok", "closed", "recovered"})
OPEN = frozenset({"firing", "open", "alerting", "triggered", "problem"})


def cloudevents(body: bytes, headers: Mapping[str, str]) -> list[Event]:
    if "ce-specversion" in headers:
        return [_one(_of_headers(body, headers))]
    found = parsed(body)
    if isinstance(found, list):
        return [_one(one) for one in found]
    return [_one(found)]


def _of_headers(body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        name.removeprefix("ce-"): value for name, value in headers.items() if name.startswith("ce-")
    }
    try:
        data = parsed(body) if body.strip() else None
    except Unreadable:
        data = body.decode(errors="replace")  # the data of an event may be anything
    return {**attributes, "data": data}


def _one(found: Any) -> Event:
    if not isinstance(found, Mapping):
        raise Unreadable(_("A CloudEvent is an object."))
    for name in ("id", "source", "type"):
        if not words(found.get(name), 10):
            raise Unreadable(_("The CloudEvent has no “%(name)s”.") % {"name": name})
    if words(found.get("specversion"), 10) != "1.0":
        raise Unreadable(_("“specversion” is not 1.0."))
    data = mapping(found.get("data"))
    status = words(data.get("status"), 40).lower()
    extensions = {name: value for name, value in found.items() if name not in OWN}
    return event(
        key=f"{words(found['source'], 1000)} {words(found['id'], 1000)}",
        status=Status.RESOLVED if status in OVER else Status.FIRING if status in OPEN else Status.REPORTED,
        title=_first(data, "title", "summary", "message", "name") or found["type"],
        text=_first(data, "description", "text", "detail", "message") or _text(found.get("data")),
        level=found.get("severity") or _first(data, "severity", "level", "priority"),
        labels={**mapping(data.get("labels")), **extensions},
        link=_first(data, "url", "link", "permalink"),
        workflow=found.get("aiworkflow") or data.get("ai_workflow"),
        at=found.get("time"),
    )


def _first(data: Mapping[str, Any], *names: str) -> Any:
    return next((data[name] for name in names if words(data.get(name), 10)), "")


def _text(data: Any) -> str:
    return "" if isinstance(data, Mapping) else words(data, 4000)
