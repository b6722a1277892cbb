"""What a post-incident review must hold before it may be approved.

Sources: the questions of the operational playbook's postmortem and of the sixty-minute playbook's review; the rule
that a review without specific, owned and scheduled changes is documentation, not closure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

MIN_WORDS: Final = 4
"""An action item of fewer words than this cannot say what will be different, and where."""


@dataclass(frozen=True)
class ActionFacts:
    what: str
    has_owner: bool
    due_date: date | None
    category: str


@dataclass(frozen=True)
class ReviewFacts:
    """The texts as they stand. `actions` are those that are not cancelled."""

    what_happened: str = ""
    timeline_entries: int = 0
    causes: int = 0
    detection: str = ""
    containment: str = ""
    blast_radius: str = ""
    controls: str = ""
    first_signal: str = ""
    actions: tuple[ActionFacts, ...] = ()


def missing(facts: ReviewFacts) -> list[str]:
    """What the review still lacks, one sentence each, in the order of the form; empty when it may be approved."""
    return [*_story(facts), *_actions(facts.actions)]


def _story(facts: ReviewFacts) -> Iterator[str]:
    if not facts.what_happened.strip():
        yield _("Say what happened.")
    if facts.timeline_entries < 1:
        yield _("The timeline is empty.")
    if facts.causes < 1:
        yield _("Name at least one cause.")
    answers = (
        (facts.detection, _("Say how long it ran before it was detected, and why.")),
        (facts.containment, _("Say what contained it and whether that could have been faster.")),
        (facts.blast_radius, _("Say how far it reached and what made it reach further.")),
        (facts.controls, _("Say why the controls did not prevent it.")),
        (facts.first_signal, _("Say which signal came first, or that none did.")),
    )
    yield from (sentence for answer, sentence in answers if not answer.strip())


def _actions(actions: tuple[ActionFacts, ...]) -> Iterator[str]:
    if not actions:
        yield _("There is no action item. A review must change something.")
    for number, action in enumerate(actions, start=1):
        for lack in _lacks(action):
            yield _("Action item %(number)d %(lack)s") % {"number": number, "lack": lack}


def _lacks(action: ActionFacts) -> Iterator[str]:
    if len(action.what.split()) < MIN_WORDS:
        yield _("is not specific: say what will be different, and where.")
    if not action.has_owner:
        yield _("has no owner.")
    if action.due_date is None:
        yield _("has no due date.")
    if not action.category:
        yield _("has no category.")
