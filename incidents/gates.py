"""What must be true before an incident may take a step, and before a containment option may run.

A gate never blocks by silence: each unmet condition is a sentence. A named person may override an overridable one
with a recorded reason; the service records both. Containing is never held up by paperwork, and the kill switch
waits for nothing at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from incidents.lifecycle import ACCEPT, CLOSE, CONTAIN, RECOVER, RESOLVE, TABLE

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class GateFacts:
    """What the record says now. The defaults are the facts of an incident nobody has worked on.

    `recovery_approved`: by someone other than who asked for it. `open_obligations`: neither submitted nor explained.
    `owed_messages`: audiences that are owed a message, and nothing is sent or decided (and confirmed) about.
    `open_criteria`: of the playbooks, for the return to normal, that nobody has confirmed.
    `open_actions`: neither done, nor tracked by an owner with a date, nor risk-accepted until a date.
    `undecided_outputs`: brought in and not settled, those that wait for a second look among them. `owed_outputs`:
    affected, and what puts them right is not done.
    """

    has_lead: bool = False
    severity_confirmed: bool = False
    has_confirmed_containment: bool = False
    has_validation_evidence: bool = False
    recovery_approved: bool = False
    custody_verified: bool = False
    signals_at_baseline: bool = False
    watch_window_over: bool = False
    open_criteria: int = 0
    review_required: bool = True
    review_approved: bool = False
    open_obligations: int = 0
    owed_messages: int = 0
    open_actions: int = 0
    undecided_outputs: int = 0
    owed_outputs: int = 0


@dataclass(frozen=True)
class Unmet:
    """One condition that is not met. `key` is stored with an override; `sentence` is for the person who asked."""

    key: str
    sentence: str
    overridable: bool = True


@dataclass(frozen=True)
class _Condition:
    """`lacking` counts what is missing; the condition is met at 0."""

    key: str
    lacking: Callable[[GateFacts], int]
    sentence: "StrPromise"
    overridable: bool = True


# Naming a lead takes seconds, and an override would have to name a person as well.
_LEAD = _Condition("LEAD", lambda facts: not facts.has_lead, _("There is no incident lead."), overridable=False)

_CRITERIA: Final = _Condition(
    "CRITERIA",
    lambda facts: facts.open_criteria,
    ngettext_lazy(
        "%(count)d criterion of the playbook for running as before is not confirmed.",
        "%(count)d criteria of the playbook for running as before are not confirmed.",
        "count",
    ),
)

_CONDITIONS: Final[Mapping[str, tuple[_Condition, ...]]] = {
    ACCEPT: (_LEAD,),
    CONTAIN: (
        _Condition(
            "CONTAINMENT",
            lambda facts: not facts.has_confirmed_containment,
            _("No containment action has been executed and confirmed effective."),
        ),
    ),
    RECOVER: (
        _LEAD,
        _Condition(
            "VALIDATION",
            lambda facts: not facts.has_validation_evidence,
            _("There is no evidence that the mitigation works."),
        ),
        _Condition(
            "RECOVERY_APPROVAL",
            lambda facts: not facts.recovery_approved,
            _("Nobody other than the person who asked has approved the recovery."),
        ),
    ),
    RESOLVE: (
        _LEAD,
        _Condition(
            "SEVERITY",
            lambda facts: not facts.severity_confirmed,
            _("The severity is still a proposal; a person must confirm it."),
        ),
        _Condition(
            "CUSTODY",
            lambda facts: not facts.custody_verified,
            _("The custody of the evidence has not been verified."),
        ),
        _Condition(
            "BASELINE",
            lambda facts: not facts.signals_at_baseline,
            _("The signals are not back at their baseline."),
        ),
        _Condition(
            "WATCH_WINDOW",
            lambda facts: not facts.watch_window_over,
            _("The watching window is not over."),
        ),
        _CRITERIA,
    ),
    CLOSE: (
        _LEAD,
        _Condition(
            "REVIEW",
            lambda facts: facts.review_required and not facts.review_approved,
            _("The severity requires a review and none has been approved."),
        ),
        _Condition(
            "OBLIGATIONS",
            lambda facts: facts.open_obligations,
            ngettext_lazy(
                "%(count)d obligation is neither submitted nor explained.",
                "%(count)d obligations are neither submitted nor explained.",
                "count",
            ),
        ),
        _Condition(
            "MESSAGES",
            lambda facts: facts.owed_messages,
            ngettext_lazy(
                "%(count)d message that is owed is neither sent nor decided against.",
                "%(count)d messages that are owed are neither sent nor decided against.",
                "count",
            ),
        ),
        _Condition(
            "ACTIONS",
            lambda facts: facts.open_actions,
            ngettext_lazy(
                "%(count)d action item is neither done, nor tracked, nor risk-accepted until a date.",
                "%(count)d action items are neither done, nor tracked, nor risk-accepted until a date.",
                "count",
            ),
        ),
        _Condition(
            "OUTPUTS",
            lambda facts: facts.undecided_outputs,
            ngettext_lazy("%(count)d output is not decided.", "%(count)d outputs are not decided.", "count"),
        ),
        _Condition(
            "CORRECTIONS",
            lambda facts: facts.owed_outputs,
            ngettext_lazy(
                "%(count)d affected output is not put right.", "%(count)d affected outputs are not put right.", "count"
            ),
        ),
    ),
}

# What these put back or exchange is the very thing the evidence is about; it must be copied before it is gone.
_SNAPSHOT_FIRST: Final = frozenset(
    {"ROLLBACK_PROMPT", "ROLLBACK_RETRIEVAL", "ROLLBACK_CONFIGURATION", "ROLLBACK_MODEL", "SWITCH_PROVIDER"}
)


def gate_unmet(verb: str, facts: GateFacts) -> tuple[Unmet, ...]:
    """The conditions for `verb` that `facts` do not meet; empty when nothing stands in the way.

    Verbs without a gate are always free; a verb the lifecycle does not know raises `ValueError`.
    """
    if all(transition.verb != verb for transition in TABLE.transitions):
        raise ValueError(f"An incident has no verb {verb!r}.")
    return _lacking(_CONDITIONS.get(verb, ()), facts)


def release_unmet(open_criteria: int) -> tuple[Unmet, ...]:
    """What stands in the way of taking back the last that limits a workflow, after which it runs as before."""
    return _lacking((_CRITERIA,), GateFacts(open_criteria=open_criteria))


def _lacking(conditions: Iterable[_Condition], facts: GateFacts) -> tuple[Unmet, ...]:
    return tuple(
        Unmet(condition.key, str(condition.sentence % {"count": lacking}), condition.overridable)
        for condition in conditions
        if (lacking := condition.lacking(facts))
    )


def snapshot_needed(option_kind: str) -> bool:
    """Whether an evidence snapshot is asked for before an option of this kind runs: rollbacks and model swaps."""
    return option_kind in _SNAPSHOT_FIRST


def option_unmet(option_kind: str, *, has_snapshot: bool) -> tuple[Unmet, ...]:
    """What stands in the way of executing an option of this kind now. Never anything for the kill switch."""
    if has_snapshot or not snapshot_needed(option_kind):
        return ()
    return (Unmet("SNAPSHOT", gettext("Take an evidence snapshot first: this changes what the evidence is about.")),)
