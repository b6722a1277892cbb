"""Changing the tier rules: one person proposes a version, another decides on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.kernel.nudge import nudge
from registry.models import Role, TierRuleSet, User
from registry.policies import tier_rules as policies
from registry.tiering import validate

Status = TierRuleSet.Status


def newest_approved() -> TierRuleSet:
    """What a change starts from: the version approved last, in force already or about to be."""
    return TierRuleSet.objects.approved().order_by("-effective_at", "-number")[0]


@transaction.atomic
def propose(
    *,
    by: User,
    at: datetime,
    definition: Mapping[str, Any],
    reason: str,
    effective_at: datetime | None = None,
    based_on: TierRuleSet | None = None,
) -> TierRuleSet:
    """A new version that waits for a second person. `effective_at` left out: as soon as it is approved.

    `based_on` is the version the proposer had before them; another was approved since, and it is a conflict.
    """
    require(policies.may_propose, by)
    base = _held()
    if based_on is not None and based_on.pk != base.pk:
        raise Conflict(_("%(rules)s was approved meanwhile. Start from it.") % {"rules": base})
    _check(definition, reason, effective_at, base, at)
    number = TierRuleSet.objects.order_by("-number")[0].number + 1
    with acting(user_id=by.pk, reason=reason):
        proposed = TierRuleSet.objects.create(
            number=number,
            definition={"version": str(number), "rules": definition["rules"]},
            based_on=base,
            proposed_by=by,
            proposed_at=at,
            reason=reason.strip(),
            effective_at=effective_at,
        )
    _ask_others(proposed, by=by, at=at)
    return proposed


@transaction.atomic
def decide(rules: TierRuleSet, *, by: User, at: datetime, approve: bool, reason: str) -> TierRuleSet:
    """A second person's answer. What is approved takes effect at once unless it was meant for later."""
    base = _held()
    current = _waiting(rules)
    require(policies.may_decide, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if approve and current.based_on_id != base.pk:
        sentence = _("%(rules)s was approved since this was proposed. Refuse it and propose anew.")
        raise Conflict(sentence % {"rules": base})
    current.status = Status.APPROVED if approve else Status.REFUSED
    current.decided_by, current.decided_at, current.decision_reason = by, at, reason.strip()
    if approve and (current.effective_at is None or current.effective_at < at):
        current.effective_at = at
    with acting(user_id=by.pk, reason=reason):
        current.save()
    _tell_proposer(current, at=at)
    if approve:
        nudge("registry.tasks.follow_rules")
    return current


@transaction.atomic
def withdraw(rules: TierRuleSet, *, by: User, at: datetime, reason: str) -> TierRuleSet:
    """Whoever proposed it takes it back."""
    current = _waiting(rules)
    require(policies.may_withdraw, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status, current.decision_reason = Status.WITHDRAWN, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
    return current


def _held() -> TierRuleSet:
    """The newest approved version, held, so that proposals and decisions happen one after the other."""
    return TierRuleSet.objects.select_for_update().get(pk=newest_approved().pk)


def _waiting(rules: TierRuleSet) -> TierRuleSet:
    current = TierRuleSet.objects.select_for_update().get(pk=rules.pk)
    if not current.is_waiting:
        raise Conflict(_("%(rules)s does not wait for a decision any more.") % {"rules": current})
    return current


def _check(
    definition: Mapping[str, Any], reason: str, effective_at: datetime | None, base: TierRuleSet, at: datetime
) -> None:
    problems: dict[str, Any] = {}
    found = validate({**definition, "version": "next"} if isinstance(definition, Mapping) else definition)
    if found:
        problems["definition"] = found
    elif definition.get("rules") == base.definition["rules"]:
        problems["definition"] = _("These are the rules of version %(number)d already.") % {"number": base.number}
    if not reason.strip():
        problems["reason"] = _("Say why the rules should change.")
    if effective_at is not None and effective_at < max(at, base.effective_at or at):
        problems["effective_at"] = _("This moment has passed, or comes before the version it follows.")
    if problems:
        raise ValidationError(problems)


def _ask_others(proposed: TierRuleSet, *, by: User, at: datetime) -> None:
    for person in User.objects.active().filter(roles__overlap=[Role.RISK, Role.EXECUTIVE]).exclude(pk=by.pk):
        tell(
            key=f"tier-rules-{proposed.pk}-proposed-{person.pk}",
            kind="TIER_RULES",
            recipient=person,
            subject=_("%(rules)s waits for a decision") % {"rules": proposed},
            body=_("%(name)s proposes to change the tier rules: %(reason)s") % {"name": by, "reason": proposed.reason},
            at=at,
            url=proposed.get_absolute_url(),
            about=proposed,
        )


def _tell_proposer(decided: TierRuleSet, *, at: datetime) -> None:
    if decided.proposed_by is None:
        return
    tell(
        key=f"tier-rules-{decided.pk}-decided",
        kind="TIER_RULES",
        recipient=decided.proposed_by,
        subject=f"{decided}: {decided.get_status_display()}",
        body=f"{decided.decided_by}: {decided.decision_reason}",
        at=at,
        url=decided.get_absolute_url(),
        about=decided,
    )
