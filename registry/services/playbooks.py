"""Writing the playbook of a workflow: begun, answered, looked through."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import Playbook, User, Workflow
from registry.playbook_questions import FIELDS, LONGEST_ANSWER, too_long
from registry.policies import playbooks as policies
from registry.services.readiness import refresh_readiness


def playbook_of(workflow: Workflow) -> Playbook | None:
    return Playbook.objects.select_related("owner", "reviewed_by").filter(workflow=workflow.pk).first()


@transaction.atomic
def begin(workflow: Workflow, *, by: User, at: datetime, owner: User, reason: str, **answers: str) -> Playbook:
    """The first version. `answers` are named as in `playbook_questions.FIELDS`; what is left out stays empty."""
    current = _locked(workflow)
    require(policies.may_write, by, current)
    if Playbook.objects.filter(workflow=current).exists():
        raise Conflict(_("This workflow has a playbook by now. Open it and go on from there."))
    playbook = Playbook(workflow=current, owner=owner, written_at=at, **_tidied(answers))
    _check(playbook, reason)
    with acting(user_id=by.pk, reason=reason):
        playbook.save()
        refresh_readiness(current, at=at)
    return playbook


@transaction.atomic
def write(
    playbook: Playbook, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any
) -> Playbook:
    """The next version. `fields` are answers and the owner. Raises `Stale` when it moved on since `opened_version`."""
    workflow = _locked(playbook.workflow)
    require(policies.may_write, by, workflow)
    current = Playbook.objects.select_for_update().get(pk=playbook.pk)
    current.workflow = workflow
    changed = {**fields, **_tidied({name: text for name, text in fields.items() if name in FIELDS})}
    refuse_if_stale(current, opened_version, changed)
    if not put(current, changed):
        return current
    _check(current, reason)
    current.written_at = at
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(workflow, at=at)
    return current


@transaction.atomic
def review(playbook: Playbook, *, by: User, at: datetime, reason: str) -> Playbook:
    """It was looked through and is true as it stands; `reason` says what it was held against."""
    workflow = _locked(playbook.workflow)
    require(policies.may_write, by, workflow)
    current = Playbook.objects.select_for_update().get(pk=playbook.pk)
    current.workflow = workflow
    if not reason.strip():
        raise ValidationError({"reason": _("Say what it was held against.")})
    current.reviewed_at, current.reviewed_by = at, by
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(workflow, at=at)
    return current


def _locked(workflow: Workflow) -> Workflow:
    return Workflow.objects.select_for_update().get(pk=workflow.pk)


def _tidied(answers: dict[str, Any]) -> dict[str, str]:
    return {name: str(text).strip() for name, text in answers.items()}


def _check(playbook: Playbook, reason: str) -> None:
    problems: dict[str, str] = {
        name: _("At most %(most)d characters, so that it fits on one screen.") % {"most": LONGEST_ANSWER}
        for name in too_long(playbook.answers)
    }
    if not playbook.owner.is_active:
        problems["owner"] = _("%(person)s has left; choose somebody who is active.") % {"person": playbook.owner}
    if not any(playbook.answers.values()):
        problems[FIELDS[0]] = _("Answer at least one question.")
    if not reason.strip():
        problems["reason"] = _("Say why.")
    if problems:
        raise ValidationError(problems)
