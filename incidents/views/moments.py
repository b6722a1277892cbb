"""The moments that an incident itself offers to go back to."""

from typing import Any

from incidents.lifecycle import State
from incidents.times import TimeKind
from registry.views.past import Choice, choices

DIFFERENCE = "incident-difference"
"""The page that compares two moments of an incident; it stands where action items and reviews are known."""


def moments_of(incident: Any) -> list[Choice]:
    """When it was declared, and every change of its state."""
    passages = [(State(row.target).label, row.at) for row in incident.passages.all()]
    return choices([(TimeKind.DECLARED.label, incident.declared_at), *passages])
