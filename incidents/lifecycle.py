"""The states of an incident and the seven phases beside them.

The states say how far the whole has come. The phases are parallel tracks: containment runs before classification
is settled, and evidence is taken before a rollback destroys it. What must be true before a step is in `gates`.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.kernel.transitions import Table, Transition
from registry.labelled import Labelled


class State(Labelled):
    TRIAGE = "TRIAGE", _("In triage")
    OPEN = "OPEN", _("Open")
    CONTAINED = "CONTAINED", _("Contained")
    RECOVERING = "RECOVERING", _("Recovering")
    RESOLVED = "RESOLVED", _("Resolved")
    CLOSED = "CLOSED", _("Closed")
    DECLINED = "DECLINED", _("Not an incident")
    MERGED = "MERGED", _("Merged")


class Phase(Labelled):
    """The operating loop of the incident-response paper, in its order."""

    DETECT = "DETECT", _("Detect")
    CLASSIFY = "CLASSIFY", _("Classify")
    CONTAIN = "CONTAIN", _("Contain")
    PRESERVE = "PRESERVE", _("Preserve evidence")
    INVESTIGATE = "INVESTIGATE", _("Investigate")
    REMEDIATE = "REMEDIATE", _("Remediate")
    LEARN = "LEARN", _("Learn")


class PhaseStatus(Labelled):
    """`NOT_APPLICABLE` needs a reason; every status may follow every other."""

    NOT_STARTED = "NOT_STARTED", _("Not started")
    ACTIVE = "ACTIVE", _("Under way")
    DONE = "DONE", _("Done")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")


ACCEPT: Final = "accept"
DECLINE: Final = "decline"
CONTAIN: Final = "contain"
RECOVER: Final = "recover"
RESOLVE: Final = "resolve"
CLOSE: Final = "close"
REOPEN: Final = "reopen"
MERGE: Final = "merge"
SLIP_BACK: Final = "slip_back"

NEEDS_REASON: Final = frozenset({DECLINE, REOPEN, MERGE, SLIP_BACK})
"""Verbs that are recorded with a reason in words."""

TABLE: Final = Table(
    "incident",
    states=State,
    labels={state: state._label for state in State},
    terminal={State.MERGED},
    transitions=[
        Transition(ACCEPT, frozenset({State.TRIAGE}), State.OPEN, _("Accept")),
        Transition(CONTAIN, frozenset({State.OPEN}), State.CONTAINED, _("Mark as contained")),
        Transition(RECOVER, frozenset({State.CONTAINED}), State.RECOVERING, _("Begin recovery")),
        Transition(RESOLVE, frozenset({State.RECOVERING}), State.RESOLVED, _("Resolve")),
        Transition(CLOSE, frozenset({State.RESOLVED}), State.CLOSED, _("Close")),
        # Recovery that fails falls back to containment; containment that is reverted leaves the harm open again.
        Transition(SLIP_BACK, frozenset({State.RECOVERING}), State.CONTAINED, _("Fall back")),
        Transition(SLIP_BACK, frozenset({State.CONTAINED}), State.OPEN, _("Fall back")),
        Transition(REOPEN, frozenset({State.RESOLVED, State.CLOSED}), State.OPEN, _("Reopen")),
        Transition(REOPEN, frozenset({State.DECLINED}), State.TRIAGE, _("Reopen")),
        # An anomaly may turn out to be harmless after it was accepted.
        Transition(DECLINE, frozenset({State.TRIAGE, State.OPEN}), State.DECLINED, _("Decline")),
        Transition(
            MERGE,
            frozenset({State.TRIAGE, State.OPEN, State.CONTAINED, State.RECOVERING}),
            State.MERGED,
            _("Merge into another"),
        ),
    ],
)
