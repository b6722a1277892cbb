"""Approving what a workflow may run on: one person proposes the surfaces as they are, another decides.

What waits can be taken back.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.drift import Part, read, written
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Baseline, User, Workflow
from registry.policies import baselines as policies
from registry.reports.baselines import approved_of, current_parts, fingerprint
from registry.services.drifting import follow, owners_of

SCHEMA = "holdfast.baseline/1"
Status = Baseline.Status


@transaction.atomic
def propose(workflow: Workflow, *, by: User, at: datetime, reason: str, limits: str = "", seen: str = "") -> Baseline:
    """The surfaces as they are now, with the limits in words, waiting for a second person.

    `seen` is the fingerprint of the surfaces the proposer looked at; other ones by now are a conflict.
    """
    current = _locked(workflow)
    require(policies.may_propose, by, current)
    if current.baselines.waiting().exists():
        raise Conflict(_("A baseline of this workflow waits for a decision already."))
    parts = current_parts(current)
    if seen and seen != fingerprint(parts):
        raise Conflict(_("The surfaces changed since you looked at them. Look again."))
    _check(current, parts, limits.strip(), reason)
    number = (current.baselines.aggregate(last=Max("number"))["last"] or 0) + 1
    content = _content(current, number, parts, limits.strip())
    with acting(user_id=by.pk, reason=reason):
        proposed = Baseline.objects.create(
            workflow=current,
            number=number,
            content=content,
            sha256=digest(canonical(content)),
            reason=reason.strip(),
            proposed_by=by,
            proposed_at=at,
        )
    _ask_owners(proposed, at=at)
    return proposed


@transaction.atomic
def decide(baseline: Baseline, *, by: User, at: datetime, approve: bool, reason: str) -> Baseline:
    """A second person's answer. What was approved before is superseded, and drift counts from the new one."""
    current = _waiting(baseline)
    require(policies.may_decide, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with acting(user_id=by.pk, reason=reason):
        if approve:
            _supersede(current.workflow)
        current.status = Status.APPROVED if approve else Status.REFUSED
        current.decided_by, current.decided_at, current.decision_reason = by, at, reason.strip()
        current.save()
        if approve:
            follow(current.workflow, at=at)
    _tell_proposer(current, by=by, reason=current.decision_reason, at=at)
    return current


@transaction.atomic
def withdraw(baseline: Baseline, *, by: User, at: datetime, reason: str) -> Baseline:
    """Whoever proposed it takes it back, or an administrator where they cannot; its number is not given again."""
    current = _waiting(baseline)
    require(policies.may_withdraw, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status = Status.WITHDRAWN
    current.withdrawn_by, current.withdrawn_at, current.withdrawal_reason = by, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
    if by.pk != current.proposed_by_id:
        _tell_proposer(current, by=by, reason=current.withdrawal_reason, at=at)
    return current


def refuse_settled(baseline: Baseline) -> None:
    if not baseline.is_waiting:
        raise Conflict(_("%(baseline)s does not wait for a decision any more.") % {"baseline": baseline})


def _waiting(baseline: Baseline) -> Baseline:
    workflow = _locked(baseline.workflow)
    current = Baseline.objects.select_for_update().get(pk=baseline.pk)
    current.workflow = workflow
    refuse_settled(current)
    return current


def _locked(workflow: Workflow) -> Workflow:
    return Workflow.objects.select_for_update().get(pk=workflow.pk)


def _supersede(workflow: Workflow) -> None:
    before = workflow.baselines.approved().first()
    if before is not None:
        before.status = Status.SUPERSEDED
        before.save()


def _content(workflow: Workflow, number: int, parts: list[Part], limits: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "workflow": workflow.reference,
        "number": number,
        "surfaces": written(parts),
        "limits": limits,
    }


def _check(workflow: Workflow, parts: list[Part], limits: str, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if not parts:
        raise ValidationError(_("This workflow has no surface yet. Record what it runs on first."))
    bare = [part.name for part in sorted(parts) if not part.version]
    if bare:
        words = {"names": ", ".join(bare)}
        raise ValidationError(_("Without a recorded version: %(names)s. Record the version in use first.") % words)
    approved = approved_of(workflow)
    if approved is not None and sorted(read(approved.content)) == sorted(parts) and approved.limits == limits:
        raise ValidationError(_("Nothing differs from baseline %(number)d.") % {"number": approved.number})


def _ask_owners(proposed: Baseline, *, at: datetime) -> None:
    """Those of the owners who may decide. Risk staff see it on the workflow."""
    for person in owners_of(proposed.workflow):
        if not policies.may_decide(person, proposed).allowed:
            continue
        tell(
            key=f"baseline-{proposed.pk}-proposed-{person.pk}",
            kind="BASELINE",
            recipient=person,
            subject=_("%(baseline)s of %(workflow)s waits for a decision")
            % {"baseline": proposed, "workflow": proposed.workflow.name},
            body=f"{proposed.proposed_by}: {proposed.reason}",
            at=at,
            url=proposed.get_absolute_url(),
            about=proposed,
        )


def _tell_proposer(decided: Baseline, *, by: User, reason: str, at: datetime) -> None:
    tell(
        key=f"baseline-{decided.pk}-decided",
        kind="BASELINE",
        recipient=decided.proposed_by,
        subject=f"{decided}: {decided.get_status_display()} ({decided.workflow.name})",
        body=f"{by}: {reason}",
        at=at,
        url=decided.get_absolute_url(),
        about=decided,
    )
