"""What is said about the capabilities a workflow must have: who does it by when, that it is met, that it is not."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import CapabilityRecord, User, Workflow
from registry.policies import capabilities as policies
from registry.services.capability_requirements import required_of, take_requirements
from registry.services.readiness import refresh_readiness

LATEST_DUE = timedelta(days=5 * 366)
_is_address = URLValidator(schemes=["https"])


@transaction.atomic
def state(
    workflow: Workflow,
    capability: str,
    *,
    by: User,
    at: datetime,
    reason: str,
    owner: User | None,
    due_date: date | None,
    opened_version: int | None = None,
) -> CapabilityRecord:
    """Who closes the gap, and by when. Raises `Stale` when the record moved on since `opened_version`."""
    record = _locked(workflow, capability, by)
    fields: dict[str, Any] = {"owner": owner, "due_date": due_date}
    refuse_if_stale(record, opened_version, fields)
    if record.standing.is_shown(timezone.localdate(at)):
        raise Conflict(_("This capability is met. Say first that it is not any more."))
    changed = put(record, fields)
    if not changed:
        return record
    _check_statement(changed, owner, due_date, timezone.localdate(at))
    return _saved(record, by=by, at=at, reason=reason)


@transaction.atomic
def meet(
    workflow: Workflow,
    capability: str,
    *,
    by: User,
    at: datetime,
    evidence: str = "",
    evidence_url: str = "",
    opened_version: int | None = None,
) -> CapabilityRecord:
    """The workflow has it, and this shows it: words, a link, or both. Met already, the evidence is replaced.

    The same evidence on a later day says that it still holds: its age counts from then.
    """
    record = _locked(workflow, capability, by)
    fields = {"is_met": True, "evidence": evidence.strip(), "evidence_url": evidence_url.strip()}
    refuse_if_stale(record, opened_version, fields)
    if not put(record, fields) and _was_met_on(record, timezone.localdate(at)):
        return record
    _check_evidence(record)
    record.met_by, record.met_at = by, at
    reason = _("Met: %(evidence)s") % {"evidence": record.evidence or record.evidence_url}
    return _saved(record, by=by, at=at, reason=reason)


@transaction.atomic
def unmeet(
    workflow: Workflow, capability: str, *, by: User, at: datetime, reason: str, opened_version: int | None = None
) -> CapabilityRecord:
    """It is missing again. The evidence that no longer holds stays in the history."""
    record = _locked(workflow, capability, by)
    fields = {"is_met": False, "evidence": "", "evidence_url": ""}
    refuse_if_stale(record, opened_version, fields)
    if not record.is_met:
        raise Conflict(_("This capability is not met as it is."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it does not hold any more.")})
    put(record, fields)
    record.met_by = record.met_at = None
    return _saved(record, by=by, at=at, reason=reason)


def _locked(workflow: Workflow, capability: str, by: User) -> CapabilityRecord:
    """The record as stored; its row is made here if the assessment that asks for it came without."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_keep_capabilities, by, current)
    if capability not in required_of(current):
        raise Conflict(_("The newest assessment does not ask for this capability."))
    rows = CapabilityRecord.objects.filter(workflow=current, capability=capability, is_required=True)
    if not rows.exists():
        with acting(reason=_("What the newest assessment asks for")):
            take_requirements(current)
    return rows.get()


def _was_met_on(record: CapabilityRecord, day: date) -> bool:
    return record.met_at is not None and timezone.localdate(record.met_at) >= day


def _saved(record: CapabilityRecord, *, by: User, at: datetime, reason: str) -> CapabilityRecord:
    record.version += 1
    with acting(user_id=by.pk, reason=reason):
        record.save()
        refresh_readiness(record.workflow, at=at)
    return record


def _check_statement(changed: list[str], owner: User | None, due: date | None, today: date) -> None:
    problems: dict[str, str] = {}
    if "owner" in changed and owner is not None and not owner.is_active:
        problems["owner"] = _("%(person)s has left; choose somebody who is active.") % {"person": owner}
    if due is not None and owner is None:
        problems["owner"] = _("Say who does it by then.")
    if "due_date" in changed and due is not None:
        if due < today:
            problems["due_date"] = _("This day has passed.")
        elif due - today > LATEST_DUE:
            problems["due_date"] = _("This date cannot be right.")
    if problems:
        raise ValidationError(problems)


def _check_evidence(record: CapabilityRecord) -> None:
    problems: dict[str, str] = {}
    if not record.evidence and not record.evidence_url:
        problems["evidence"] = _("Say what shows it, or give a link.")
    if record.evidence_url:
        try:
            _is_address(record.evidence_url)
        except ValidationError:
            problems["evidence_url"] = _("Enter an address that begins with https://.")
        else:
            if len(record.evidence_url) > 500:
                problems["evidence_url"] = _("At most 500 characters.")
    if problems:
        raise ValidationError(problems)
