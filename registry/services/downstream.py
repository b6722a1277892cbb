"""Keeping what a workflow can set off: downstream actions added, edited, retired."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import DownstreamAction, Surface, User, Workflow
from registry.policies import downstream as policies
from registry.services.readiness import refresh_readiness


@transaction.atomic
def add_action(workflow: Workflow, *, by: User, at: datetime, reason: str, **fields: Any) -> DownstreamAction:
    """A new downstream action. `fields` are the model's."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_edit_downstream, by, current)
    action = DownstreamAction(workflow=current, **fields)
    _check(action)
    with acting(user_id=by.pk, reason=reason):
        action.save()
        refresh_readiness(current, at=at)
    return action


@transaction.atomic
def edit_action(
    action: DownstreamAction, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any
) -> DownstreamAction:
    """The action as it is now stored. Raises `Stale` when it moved on since `opened_version`."""
    current = _locked(action)
    require(policies.may_edit_downstream, by, current.workflow)
    _refuse_if_retired(current)
    refuse_if_stale(current, opened_version, fields)
    if not put(current, fields):
        return current
    _check(current)
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(current.workflow, at=at)
    return current


@transaction.atomic
def retire(action: DownstreamAction, *, by: User, at: datetime, reason: str) -> DownstreamAction:
    """The workflow can no longer set this off; it stays on record with the reason."""
    current = _locked(action)
    require(policies.may_edit_downstream, by, current.workflow)
    _refuse_if_retired(current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.is_active, current.retired_at, current.retired_reason = False, at, reason.strip()
    current.version += 1
    current.clean_fields()
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(current.workflow, at=at)
    return current


def _locked(action: DownstreamAction) -> DownstreamAction:
    """The workflow first, since its readiness is kept there."""
    Workflow.objects.select_for_update().get(pk=action.workflow_id)
    rows = DownstreamAction.objects.select_for_update(of=("self",)).select_related("workflow", "tool")
    return rows.get(pk=action.pk)


def _refuse_if_retired(action: DownstreamAction) -> None:
    if not action.is_active:
        raise Conflict(_("This downstream action is retired. Add a new one instead."))


def _check(action: DownstreamAction) -> None:
    tool = action.tool
    if tool is not None and (tool.workflow_id != action.workflow_id or tool.kind != Surface.Kind.TOOL):
        raise ValidationError({"tool": _("This is no tool of this workflow.")})
    action.clean_fields()
    same = DownstreamAction.objects.filter(workflow=action.workflow_id, name=action.name, is_active=True)
    if same.exclude(pk=action.pk).exists():
        raise ValidationError({"name": _("This workflow has a downstream action of this name already.")})
