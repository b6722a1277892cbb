"""The steps of an action item: what each asks, who may take it, which service carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.kernel.access.verdict import Policy, Verdict
from registry.models import User
from reviews.forms import actions as asked
from reviews.lifecycle import ACTION_TABLE, ActionState
from reviews.models import ActionItem
from reviews.models.actions import CHASED
from reviews.policies import actions as policies
from reviews.services import actions as services
from reviews.services import extensions

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Cleaned = dict[str, Any]
Run = Callable[[ActionItem, User, datetime, Cleaned], object]


@dataclass(frozen=True)
class ActionStep:
    """`verbs` of the transition table this step may use; it is possible where one of them is."""

    slug: str
    label: "StrPromise"
    icon: str
    form: type[forms.Form]
    verbs: tuple[str, ...]
    policy: Policy
    run: Run
    said: "StrPromise"
    is_grave: bool = False

    def fits(self, action: ActionItem) -> bool:
        return any(ACTION_TABLE.allows(verb, action.state) for verb in self.verbs)

    def verdict(self, user: User, action: ActionItem) -> Verdict:
        return self.policy(user, action)


@dataclass(frozen=True)
class Ask(ActionStep):
    """Asking for more time changes no state, so the table knows nothing of it."""

    def fits(self, action: ActionItem) -> bool:
        return action.state in CHASED and extensions.open_extension(action) is None


@dataclass(frozen=True)
class Decide(ActionStep):
    def fits(self, action: ActionItem) -> bool:
        return extensions.open_extension(action) is not None

    def verdict(self, user: User, action: ActionItem) -> Verdict:
        extension = extensions.open_extension(action)
        return self.policy(user, extension)


def _start(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return services.start(action, by=by, at=at)


def _claim(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return services.claim_done(
        action, by=by, at=at, proof=typed["proof"], proof_url=typed["proof_url"], upload=typed["file"]
    )


def _verify(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    accept = asked.is_yes(typed, "accept")
    until = asked.day_of(typed, "effect_due_date") if accept else None
    return services.verify(action, by=by, at=at, accept=accept, reason=typed["reason"], effect_due_date=until)


def _effect(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    recurred = asked.is_yes(typed, "recurred")
    return services.check_effect(action, by=by, at=at, recurred=recurred, reason=typed["reason"])


def _accept_risk(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return services.accept_risk(action, by=by, at=at, until_date=typed["until_date"], reason=typed["reason"])


def _cancel(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return services.cancel(action, by=by, at=at, reason=typed["reason"])


def _reopen(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return services.reopen(action, by=by, at=at, reason=typed["reason"], due_date=typed["due_date"])


def _ask(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    return extensions.ask_extension(action, by=by, at=at, new_due_date=typed["new_due_date"], reason=typed["reason"])


def _decide(action: ActionItem, by: User, at: datetime, typed: Cleaned) -> object:
    extension = extensions.waiting_extension(action)
    return extensions.decide_extension(
        extension, by=by, at=at, grant=asked.is_yes(typed, "grant"), reason=typed["reason"]
    )


STEPS: Mapping[str, ActionStep] = {
    step.slug: step
    for step in (
        ActionStep(
            "start",
            _("Start"),
            "play",
            asked.StartForm,
            ("start",),
            policies.may_work_on,
            _start,
            _("Started."),
        ),
        ActionStep(
            "claim",
            _("Claim as done"),
            "check",
            asked.ProofForm,
            ("claim_done",),
            policies.may_work_on,
            _claim,
            _("Claimed as done. A second person verifies it now."),
        ),
        ActionStep(
            "verify",
            _("Verify"),
            "shield-check",
            asked.VerifyForm,
            ("verify", "reject_proof"),
            policies.may_verify,
            _verify,
            _("Your answer is on record."),
        ),
        ActionStep(
            "effect",
            _("Check the effect"),
            "activity",
            asked.EffectForm,
            ("confirm_effective", "mark_recurred"),
            policies.may_check_effect,
            _effect,
            _("Your answer is on record."),
        ),
        Decide(
            "extension",
            _("Decide on more time"),
            "calendar",
            asked.ExtensionDecisionForm,
            (),
            policies.may_decide_extension,
            _decide,
            _("Your decision is on record."),
        ),
        Ask(
            "extend",
            _("Ask for more time"),
            "calendar",
            asked.ExtensionForm,
            (),
            policies.may_ask_extension,
            _ask,
            _("Asked for more time. Until it is decided, the old date counts."),
        ),
        ActionStep(
            "reopen",
            _("Reopen"),
            "rotate-ccw",
            asked.ReopenActionForm,
            ("reopen",),
            policies.may_reopen,
            _reopen,
            _("Open again."),
        ),
        ActionStep(
            "accept-risk",
            _("Accept the risk"),
            "scale",
            asked.RiskForm,
            ("accept_risk",),
            policies.may_accept_risk,
            _accept_risk,
            _("The risk is accepted until that day."),
        ),
        ActionStep(
            "cancel",
            _("Cancel"),
            "circle-x",
            asked.CancelForm,
            ("cancel",),
            policies.may_cancel,
            _cancel,
            _("Cancelled."),
            is_grave=True,
        ),
    )
}

NEXT: Mapping[str, str] = {
    ActionState.OPEN: "start",
    ActionState.IN_PROGRESS: "claim",
    ActionState.DONE_CLAIMED: "verify",
    ActionState.VERIFIED: "effect",
    ActionState.RECURRED: "reopen",
}
"""The step that brings an item forward from each state."""


@dataclass(frozen=True)
class Offer:
    """A step that is possible now, and whether this person may take it."""

    step: ActionStep
    verdict: Verdict
    url: str


def offers(action: ActionItem, user: User) -> tuple[Offer | None, list[Offer]]:
    """The step that brings `action` forward, and the others that are possible now."""
    found = [
        Offer(step, step.verdict(user, action), reverse(f"action-{step.slug}", args=[action.pk]))
        for step in STEPS.values()
        if step.fits(action)
    ]
    first = next((offer for offer in found if offer.step.slug == NEXT.get(action.state)), None)
    return first, [offer for offer in found if offer is not first]
