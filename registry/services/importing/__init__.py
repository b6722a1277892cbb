"""Inventories brought in from spreadsheets: received, mapped, tried, applied as one change-set, undone as one."""

from registry.services.importing.applying import Drifted, apply, ready
from registry.services.importing.mappings import Known, known, known_mappings, remember, unnamed
from registry.services.importing.planning import draw_up
from registry.services.importing.plans import Outcome, Plan, RowPlan
from registry.services.importing.receiving import discard, open_received, receive
from registry.services.importing.trying import Trial, checked, try_again, try_out
from registry.services.importing.undo_words import UndoRefused
from registry.services.importing.undoing import clashes_of, undo

__all__ = [
    "Drifted",
    "Known",
    "Outcome",
    "Plan",
    "RowPlan",
    "Trial",
    "UndoRefused",
    "apply",
    "checked",
    "clashes_of",
    "discard",
    "draw_up",
    "known",
    "known_mappings",
    "open_received",
    "ready",
    "receive",
    "remember",
    "try_again",
    "try_out",
    "undo",
    "unnamed",
]
