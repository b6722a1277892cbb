"""Requests at gates in words, for pages and documents: the chain, the conditions, what counts now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import HELD, is_lapsed
from registry.models import GateCondition, GateRequest, GateStep, Workflow
from registry.policies.gates import open_step


@dataclass(frozen=True)
class Link:
    """One step of the chain. `is_next`: waits for a decision now; `is_moot`: nobody will decide it any more."""

    step: GateStep
    is_next: bool
    is_moot: bool


def requests_of(workflow: Workflow) -> list[GateRequest]:
    """Newest first, with the names a list shows."""
    rows = workflow.gate_requests.select_related("asked_by").prefetch_related("steps__decided_by", "conditions")
    return list(rows.order_by("-id"))


def chain(request: GateRequest) -> list[Link]:
    steps = sorted(request.steps.all(), key=lambda step: step.number)
    waits = open_step(steps) if request.is_waiting else None
    return [Link(step, waits is not None and step.pk == waits.pk, not step.verdict and not request.is_waiting)
            for step in steps]  # fmt: skip


def is_valid_on(request: GateRequest, on: date) -> bool:
    """Whether a granted approval can be put into effect on that day, by its dates alone."""
    until = request.valid_until_date
    open_days = [condition.due_date for condition in request.conditions.all() if condition.met_at is None]
    return request.is_granted and until is not None and not is_lapsed(until, open_days, on)


def late_conditions(request: GateRequest, on: date) -> list[GateCondition]:
    """Open ones whose day is over, of an approval that is granted or used."""
    if request.status not in HELD:
        return []
    return [condition for condition in request.conditions.all() if condition.days_late(on)]


def told(request: GateRequest, at: datetime) -> dict[str, Any]:
    """As plain data, ready to be frozen in a document."""
    today = timezone.localdate(at)
    return {
        "reference": request.reference,
        "kind": str(request.get_kind_display()),
        "from_autonomy": str(request.get_from_autonomy_display()) or None,
        "to_autonomy": str(request.get_to_autonomy_display()) or None,
        "reason": request.reason,
        "tier": request.tier or None,
        "status": str(request.get_status_display()),
        "asked_by": request.asked_by.name,
        "asked_at": request.asked_at,
        "granted_at": request.granted_at,
        "valid_until": request.valid_until_date,
        "is_valid": is_valid_on(request, today),
        "used_by": request.used_by.name if request.used_by else None,
        "used_at": request.used_at,
        "withdrawn_by": request.withdrawn_by.name if request.withdrawn_by else None,
        "withdrawn_at": request.withdrawn_at,
        "withdrawal_reason": request.withdrawal_reason or None,
        "lapsed_at": request.lapsed_at,
        "steps": [_step(link) for link in chain(request)],
        "conditions": [_condition(row, today) for row in request.conditions.all()],
        "facts": request.facts,
        "facts_sha256": request.sha256,
    }


def _step(link: Link) -> dict[str, Any]:
    step = link.step
    return {
        "number": step.number,
        "roles": step.role_labels,
        "verdict": str(step.get_verdict_display()) or None,
        "decided_by": step.decided_by.name if step.decided_by else None,
        "decided_at": step.decided_at,
        "reason": step.reason or None,
        "state": _("Waits for a decision") if link.is_next else _("Not decided") if not step.verdict else None,
    }


def _condition(row: GateCondition, today: date) -> dict[str, Any]:
    return {
        "text": row.text,
        "due_date": row.due_date,
        "owner": row.owner.name,
        "set_by": row.set_by.name,
        "met_by": row.met_by.name if row.met_by else None,
        "met_at": row.met_at,
        "evidence": row.evidence or None,
        "days_late": row.days_late(today),
    }
