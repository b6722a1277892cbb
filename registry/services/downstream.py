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
from registry.services.retiring import held, refuse_name_twice, set_aside


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
    current = held(action, "tool")
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
    current = held(action, "tool")
    require(policies.may_edit_downstream, by, current.workflow)
    _refuse_if_retired(current)
    return set_aside(current, by=by, at=at, reason=reason)


def _refuse_if_retired(action: DownstreamAction) -> None:
    if not action.is_active:
        raise Conflict(_("This downstream action is retired. Add a new one instead."))


def _check(action: DownstreamAction) -> None:
    tool = action.tool
    if tool is not None and (tool.workflow_id != action.workflow_id or tool.kind != Surface.Kind.TOOL):
        raise ValidationError({"tool": _("This is no tool of this workflow.")})
    if tool is not None and not tool.is_active:
        raise ValidationError({"tool": _("This tool is retired. Bring it back first, or choose another.")})
    action.clean_fields()
    refuse_name_twice(action, _("This workflow has a downstream action of this name already."))
