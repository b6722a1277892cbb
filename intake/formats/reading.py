"""A delivery of any kind, read. The one place that knows which format a kind of source speaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from intake.formats.alertmanager import alertmanager, grafana
from intake.formats.cloudevents import cloudevents
from intake.formats.event import Event, Unreadable
from intake.formats.generic import generic
from intake.formats.langfuse import langfuse
from intake.formats.pagerduty import pagerduty
from intake.formats.sentry import sentry
from intake.kinds import SourceKind


@dataclass(frozen=True)
class Mapped:
    """How a source of your own is read."""

    paths: Mapping[str, str] = field(default_factory=dict)
    over: tuple[str, ...] = ()


def read(kind: str, body: bytes, headers: Mapping[str, str], mapped: Mapped | None = None) -> list[Event]:
    """The events of a delivery, none where it tells of nothing. Raises Unreadable, and nothing else."""
    try:
        return _read(kind, body, headers, mapped or Mapped())
    except Unreadable:
        raise
    except Exception as wrong:
        # A format that somebody bends in a way nobody thought of is kept and shown, and never stops the others.
        raise Unreadable(_("The body is not what was expected (%(kind)s).") % {"kind": type(wrong).__name__}) from wrong


def _read(kind: str, body: bytes, headers: Mapping[str, str], mapped: Mapped) -> list[Event]:
    if kind in BY_BODY:
        return BY_BODY[kind](body)
    if kind in BY_HEADERS:
        return BY_HEADERS[kind](body, headers)
    return generic(body, mapped.paths, mapped.over)


BY_BODY: Mapping[str, Callable[[bytes], list[Event]]] = {
    SourceKind.ALERTMANAGER: alertmanager,
    SourceKind.GRAFANA: grafana,
    SourceKind.PAGERDUTY: pagerduty,
    SourceKind.LANGFUSE: langfuse,
}
BY_HEADERS: Mapping[str, Callable[[bytes, Mapping[str, str]], list[Event]]] = {
    SourceKind.CLOUDEVENTS: cloudevents,
    SourceKind.SENTRY: sentry,
}
