"""One change to many workflows: previewed, all or none, kept as a change-set, undone as one."""

from registry.services.changing.applying import MOST, Done, RowsMoved, RowsRefused, apply, preview
from registry.services.changing.fields import ADD, NAMES, REMOVE
from registry.services.changing.keeping import now_in_words, told, words_of
from registry.services.changing.planning import Line
from registry.services.changing.undoing import Clash, Way, can_be_undone, undo, way_back

__all__ = [
    "ADD",
    "MOST",
    "NAMES",
    "REMOVE",
    "Clash",
    "Done",
    "Line",
    "RowsMoved",
    "RowsRefused",
    "Way",
    "apply",
    "can_be_undone",
    "now_in_words",
    "preview",
    "told",
    "undo",
    "way_back",
    "words_of",
]
