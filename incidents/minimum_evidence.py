"""The least evidence an incident needs, by what its workflows are made of. Pure.

After the evidence table of the incident-response paper: inputs, outputs, prompts, retrieved context, tool calls,
approvals and downstream actions, each from the record of the workflow. Versions of models, prompts and configuration
are in the frozen state, which is taken by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class Item(Labelled):
    """What has to be there; in the order in which it is lost: raw output cannot be made again."""

    OUTPUT = "OUTPUT", _("What it put out, unaltered")
    INPUT = "INPUT", _("What it was given: log of the interaction or prompt")
    PROMPT = "PROMPT", _("The instructions it ran with")
    RETRIEVED = "RETRIEVED", _("What it retrieved")
    TOOLS = "TOOLS", _("Which tools it called, with what")
    ACTIONS = "ACTIONS", _("What followed downstream")
    APPROVALS = "APPROVALS", _("Who approved what")

    @property
    def usual_kind(self) -> str:
        """The kind of evidence that it usually is."""
        return SATISFIED_BY[self][0]


SATISFIED_BY: Final = {
    Item.OUTPUT: ("RAW_OUTPUT",),
    Item.INPUT: ("INTERACTION_LOG", "USER_PROMPT"),
    Item.PROMPT: ("SYSTEM_PROMPT",),
    Item.RETRIEVED: ("RETRIEVAL_CONTEXT", "VECTOR_QUERY"),
    Item.TOOLS: ("TOOL_CALL", "TRACE"),
    Item.ACTIONS: ("DOWNSTREAM_ACTION",),
    Item.APPROVALS: ("APPROVAL_RECORD",),
}
"""Item → kinds of evidence of which one is enough, the usual one first."""

_BY_SURFACE: Final = {"PROMPT": Item.PROMPT, "RETRIEVAL": Item.RETRIEVED, "TOOL": Item.TOOLS}


@dataclass(frozen=True)
class Makeup:
    """What the affected workflows are made of, as the registry knows it."""

    surfaces: frozenset[str] = frozenset()
    has_downstream: bool = False
    asks_approval: bool = False
    """A person approves what it does, so that there are approvals to show."""


def needed(makeup: Makeup) -> tuple[Item, ...]:
    """Input and output always; the rest where there is such a thing."""
    wanted = {Item.OUTPUT, Item.INPUT, *(item for kind, item in _BY_SURFACE.items() if kind in makeup.surfaces)}
    if makeup.has_downstream:
        wanted.add(Item.ACTIONS)
    if makeup.asks_approval:
        wanted.add(Item.APPROVALS)
    return tuple(item for item in Item if item in wanted)


def missing(items: Iterable[Item], kinds: Collection[str]) -> tuple[Item, ...]:
    """Of `items` those of which no piece of evidence has been taken; `kinds` are the kinds there are."""
    return tuple(item for item in items if not set(SATISFIED_BY[item]) & set(kinds))
