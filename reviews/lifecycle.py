"""The states of a post-incident review and of an action item."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.kernel.transitions import Table, Transition
from registry.labelled import Labelled


class ReviewState(Labelled):
    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Waiting for approval")
    RETURNED = "RETURNED", _("Returned")
    APPROVED = "APPROVED", _("Approved")


class ActionState(Labelled):
    OPEN = "OPEN", _("Open")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    DONE_CLAIMED = "DONE_CLAIMED", _("Done, to be verified")
    VERIFIED = "VERIFIED", _("Verified")
    EFFECTIVE = "EFFECTIVE", _("Effective")
    RECURRED = "RECURRED", _("Recurred")
    RISK_ACCEPTED = "RISK_ACCEPTED", _("Risk accepted")
    CANCELLED = "CANCELLED", _("Cancelled")


class ActionCategory(Labelled):
    """What kind of change closes what kind of gap; the clusters come from the operational playbook's postmortem."""

    DETECTION_GAP = "DETECTION_GAP", _("Detection gap: a new or better signal")
    VERSIONING = "VERSIONING", _("Missing rollback: versions for what changed")
    CONSTRAINT = "CONSTRAINT", _("Blast radius: a limit on what may happen by itself")
    SWITCH = "SWITCH", _("Slow containment: a better switch")
    EVAL_TEST = "EVAL_TEST", _("Evaluation or replay test")
    PLAYBOOK = "PLAYBOOK", _("Playbook")
    TRAINING = "TRAINING", _("Training")
    VENDOR = "VENDOR", _("Vendor")
    REDESIGN = "REDESIGN", _("Redesign")


# Verbs that need a reason in words.
REVIEW_NEEDS_REASON: Final = frozenset({"return", "reopen"})
ACTION_NEEDS_REASON: Final = frozenset({"reject_proof", "mark_recurred", "accept_risk", "cancel", "reopen"})

REVIEW_TABLE: Final = Table(
    "review",
    states=ReviewState,
    labels={state: state._label for state in ReviewState},
    transitions=[
        Transition("submit", frozenset({ReviewState.DRAFT, ReviewState.RETURNED}), ReviewState.SUBMITTED, _("Submit")),
        Transition("return", frozenset({ReviewState.SUBMITTED}), ReviewState.RETURNED, _("Return for changes")),
        Transition("approve", frozenset({ReviewState.SUBMITTED}), ReviewState.APPROVED, _("Approve")),
        # The approved version stays as it is; what is reopened is a new version that will supersede it.
        Transition("reopen", frozenset({ReviewState.APPROVED}), ReviewState.DRAFT, _("Begin a new version")),
    ],
)

_S = ActionState

ACTION_TABLE: Final = Table(
    "action item",
    states=ActionState,
    labels={state: state._label for state in ActionState},
    transitions=[
        Transition("start", frozenset({_S.OPEN}), _S.IN_PROGRESS, _("Start")),
        Transition("claim_done", frozenset({_S.OPEN, _S.IN_PROGRESS}), _S.DONE_CLAIMED, _("Claim as done")),
        Transition("reject_proof", frozenset({_S.DONE_CLAIMED}), _S.IN_PROGRESS, _("Reject the proof")),
        Transition("verify", frozenset({_S.DONE_CLAIMED}), _S.VERIFIED, _("Verify")),
        Transition("confirm_effective", frozenset({_S.VERIFIED}), _S.EFFECTIVE, _("Confirm it works")),
        Transition("mark_recurred", frozenset({_S.VERIFIED, _S.EFFECTIVE}), _S.RECURRED, _("It happened again")),
        Transition(
            "accept_risk",
            frozenset({_S.OPEN, _S.IN_PROGRESS, _S.DONE_CLAIMED, _S.RECURRED}),
            _S.RISK_ACCEPTED,
            _("Accept the risk"),
        ),
        Transition("risk_expired", frozenset({_S.RISK_ACCEPTED}), _S.OPEN, _("Acceptance has run out")),
        Transition("cancel", frozenset({_S.OPEN, _S.IN_PROGRESS, _S.RISK_ACCEPTED}), _S.CANCELLED, _("Cancel")),
        Transition("reopen", frozenset({_S.RECURRED, _S.RISK_ACCEPTED, _S.CANCELLED}), _S.OPEN, _("Reopen")),
    ],
)
