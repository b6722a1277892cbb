"""Asking to let a workflow go live or do more by itself, taking it back, putting it into effect, meeting conditions."""

import json
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import OWED, Basis, GateKind, Status, chain_of
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.errors import Conflict
from registry.models import GateCondition, GateRequest, GateStep, Stage, User, Workflow
from registry.models.workflow_words import OWNERS
from registry.policies import gates as policies
from registry.reports.gate_blockers import facts, standing
from registry.reports.gates import is_valid_on
from registry.services import gate_telling as telling
from registry.services import workflows
from registry.services.gate_guard import use_up
from registry.services.gate_refusals import check_asked, refuse_blocked, refuse_outgrown, refuse_without_people
from registry.services.readiness import refresh_readiness


@transaction.atomic
def ask(workflow: Workflow, *, by: User, at: datetime, kind: str, reason: str, to_autonomy: str = "") -> GateRequest:
    """A request with its chain by the tier of now, and with what is known now frozen in it.

    Refused while something is missing: a Conflict that names it.
    """
    current = Workflow.objects.select_for_update(of=("self",)).select_related(*OWNERS).get(pk=workflow.pk)  # fmt: skip
    require(policies.may_ask, by, current)
    check_asked(current, kind, to_autonomy, reason)
    if current.gate_requests.live().filter(kind=kind).exists():
        raise Conflict(_("Such a request is waiting or granted already. Take it back first."))
    found = standing(current, kind, at)
    refuse_blocked(found)
    chain = chain_of(current.tier)
    refuse_without_people(chain.steps, by, current)
    written = canonical(facts(current, kind, found, to_autonomy=to_autonomy, at=at))
    with acting(user_id=by.pk, reason=reason):
        asked = GateRequest.objects.create(
            workflow=current,
            kind=kind,
            from_autonomy=current.autonomy if to_autonomy else "",
            to_autonomy=to_autonomy,
            reason=reason.strip(),
            tier=current.tier,
            facts=json.loads(written),
            sha256=digest(written),
            asked_by=by,
            asked_at=at,
            step_since_at=at,
        )
        for number, roles in enumerate(chain.steps, start=1):
            GateStep.objects.create(request=asked, number=number, roles=list(roles), asked_by=by)
    telling.ask_deciders(asked, at=at)
    return asked


@transaction.atomic
def withdraw(request: GateRequest, *, by: User, at: datetime, reason: str) -> GateRequest:
    """Take back what was asked for, or an approval that nobody has used yet."""
    current = locked(request)
    require(policies.may_withdraw, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status = Status.WITHDRAWN
    current.withdrawn_by, current.withdrawn_at, current.withdrawal_reason = by, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(current.workflow, at=at)
    telling.tell_ended(current, by=by, at=at)
    return current


@transaction.atomic
def use(request: GateRequest, *, by: User, at: datetime) -> GateRequest:
    """Put a granted change into effect, as editing stage or autonomy would; the same refusals."""
    current = locked(request)
    require(policies.may_use, by, current)
    if not current.is_granted:
        raise Conflict(_("Only an approval that is granted and not used yet can be put into effect."))
    reason = _("Granted by %(request)s") % {"request": current.reference}
    if current.kind == GateKind.GO_LIVE and current.workflow.stage == Stage.PRODUCTION:
        _approve_afterwards(current, by=by, at=at, reason=reason)
    else:
        change = {"stage": Stage.PRODUCTION} if current.kind == GateKind.GO_LIVE else {"autonomy": current.to_autonomy}
        workflows.edit(current.workflow, by=by, at=at, reason=reason, opened_version=None, **change)
    current.refresh_from_db()
    return current


@transaction.atomic
def meet_condition(condition: GateCondition, *, by: User, at: datetime, evidence: str) -> GateCondition:
    """The condition holds, and this shows it."""
    request = locked(condition.request)
    current = GateCondition.objects.select_for_update(of=("self",)).get(pk=condition.pk)
    current.request = request
    require(policies.may_meet, by, current)
    if current.met_at is not None:
        raise Conflict(_("This condition is met already."))
    if request.status not in OWED:
        raise Conflict(_("The request of this condition has ended."))
    if not evidence.strip():
        raise ValidationError({"evidence": _("Say what shows it.")})
    current.met_by, current.met_at, current.evidence = by, at, evidence.strip()
    with acting(user_id=by.pk, reason=evidence[:500]):
        current.save()
        refresh_readiness(request.workflow, at=at)
    return current


def locked(request: GateRequest) -> GateRequest:
    """Always the workflow first, so that two services never wait for each other."""
    workflow = Workflow.objects.select_for_update().get(pk=request.workflow_id)
    current = GateRequest.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=request.pk)
    current.workflow = workflow
    return current


def _approve_afterwards(request: GateRequest, *, by: User, at: datetime, reason: str) -> None:
    """It is in production already, without a gate: from now on it is there by approval."""
    workflow = request.workflow
    if not is_valid_on(request, timezone.localdate(at)):
        raise Conflict(_("The approval %(request)s has lapsed. Ask anew.") % {"request": request.reference})
    refuse_outgrown(request, workflow)
    refuse_blocked(standing(workflow, request.kind, at))
    use_up(request, by=by, at=at)
    workflow.production_basis = Basis.GATE
    workflow.version += 1
    with acting(user_id=by.pk, reason=reason):
        workflow.save()
        refresh_readiness(workflow, at=at)
