"""What a sample would become under a mapping: tried before the mapping is kept, and kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from intake.binding import workflow_of
from intake.formats.event import Event, Unreadable
from intake.formats.generic import generic
from intake.formats.paths import NoPath
from intake.models import SignalSource
from intake.services.gathering import named
from registry.models import Workflow

SHOWN: Final = 10


@dataclass(frozen=True)
class Tried:
    problem: str
    count: int
    rows: list[dict[str, Any]]
    """`event` and `workflow` each, the first ones."""


def tried(source: SignalSource, sample: str, mapping: Mapping[str, Any]) -> Tried:
    paths = {name: path for name, path in mapping.items() if name != "over"}
    try:
        events = generic(sample.encode(errors="replace"), paths, tuple(mapping.get("over", ())))
    except (Unreadable, NoPath) as wrong:
        return Tried(str(wrong), 0, [])
    return Tried("", len(events), _with_workflows(source, events[:SHOWN]))


def _with_workflows(source: SignalSource, events: list[Event]) -> list[dict[str, Any]]:
    called = named(event.workflow for event in events)
    numbers = [workflow_of(event, source.rules, source.default_workflow_id, called)[0] for event in events]
    known = Workflow.objects.in_bulk([number for number in numbers if number is not None])
    return [
        {"event": event, "workflow": known.get(number) if number else None}
        for event, number in zip(events, numbers, strict=True)
    ]
