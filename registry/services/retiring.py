"""Retiring what is kept beside a workflow, and bringing it back: it stays on record, with the moment and the reason."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.models import DownstreamAction, Signal, Surface, User, Workflow
from registry.services.readiness import refresh_readiness

Record = TypeVar("Record", Signal, DownstreamAction, Surface)


def held(record: Record, *also: str) -> Record:
    """The record as stored, locked; the workflow first, since its readiness is kept there. `also` is read with it."""
    workflow = Workflow.objects.select_for_update().get(pk=record.workflow_id)
    rows: Any = type(record)._default_manager.select_for_update(of=("self",)).select_related(*also)
    found: Record = rows.get(pk=record.pk)
    found.workflow = workflow
    return found


def set_aside(
    record: Record, *, by: User, at: datetime, reason: str, then: Callable[..., Any] = refresh_readiness
) -> Record:
    """Retire what is `held` and allowed to. `then(workflow, at=…)` works out what follows for the workflow."""
    _demand(reason)
    return _put(record, False, at, reason.strip(), by=by, at=at, why=reason, then=then)


def take_back(
    record: Record, *, by: User, at: datetime, reason: str, then: Callable[..., Any] = refresh_readiness
) -> Record:
    """Bring back what was retired; that it was, and why, stays in the history."""
    _demand(reason)
    return _put(record, True, None, "", by=by, at=at, why=reason, then=then)


def refuse_name_twice(record: Signal | DownstreamAction, sentence: str) -> None:
    """Among what is in use a name stands once for each workflow."""
    same = type(record)._default_manager.filter(workflow=record.workflow_id, name=record.name, is_active=True)
    if same.exclude(pk=record.pk).exists():
        raise ValidationError({"name": sentence})


def _demand(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})


def _put(
    record: Record,
    is_active: bool,
    retired_at: datetime | None,
    retired_reason: str,
    *,
    by: User,
    at: datetime,
    why: str,
    then: Callable[..., Any],
) -> Record:
    record.is_active, record.retired_at, record.retired_reason = is_active, retired_at, retired_reason
    record.version += 1
    record.clean_fields()
    with acting(user_id=by.pk, reason=why):
        record.save()
        then(record.workflow, at=at)
    return record
