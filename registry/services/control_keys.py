"""Keys of running workflows: given out, replaced with an overlap, revoked. A secret is shown once and never again."""

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.ending_keys import end_now, let_run_out, require_overlap
from registry.kernel.access.models import digest_of, new_secret
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import ControlToken, User, Workflow
from registry.modes import Mode
from registry.policies import control as policies

PREFIX: Final = "hfc_"


@transaction.atomic
def issue(
    workflow: Workflow | None,
    *,
    by: User,
    at: datetime,
    name: str,
    expires_at: datetime | None = None,
    may_acknowledge: bool = True,
    default_declared: str = "",
) -> tuple[ControlToken, str]:
    """A new key and its secret. `default_declared` is the mode the program falls back to when nobody answers."""
    require(policies.may_manage_keys, by, workflow)
    problems: dict[str, str] = {}
    if not name.strip():
        problems["name"] = _("Say which program or place uses it.")
    if expires_at is not None and expires_at <= at:
        problems["expires_at"] = _("Choose a time that is still to come.")
    if default_declared and default_declared not in list(Mode):
        problems["default_declared"] = _("Choose one of the modes.")
    if problems:
        raise ValidationError(problems)
    secret = new_secret(PREFIX)
    with acting(user_id=by.pk, reason=_("Key “%(name)s” given out") % {"name": name.strip()}):
        token = ControlToken.objects.create(
            workflow=workflow,
            name=name.strip(),
            prefix=secret[:10],
            digest=digest_of(secret),
            may_acknowledge=may_acknowledge,
            default_declared=default_declared,
            created_by=by,
            created_at=at,
            expires_at=expires_at,
        )
    return token, secret


@transaction.atomic
def rotate(token: ControlToken, *, by: User, at: datetime, overlap: timedelta) -> tuple[ControlToken, str]:
    """A successor of the same name; the old one goes on for `overlap`, so that instances can change over."""
    current = _locked(token)
    require(policies.may_manage_keys, by, current.workflow)
    if current.revoked_at is not None or (current.expires_at is not None and current.expires_at <= at):
        raise Conflict(_("This key has ended. Give out a new one."))
    require_overlap(overlap)
    made, secret = issue(
        current.workflow,
        by=by,
        at=at,
        name=current.name,
        expires_at=None,
        may_acknowledge=current.may_acknowledge,
        default_declared=current.default_declared,
    )
    let_run_out([current], made, by=by.pk, until=at + overlap)
    return made, secret


@transaction.atomic
def revoke(token: ControlToken, *, by: User, at: datetime, reason: str) -> ControlToken:
    """It opens nothing from this moment on, on every serving process. Revoking twice changes nothing."""
    current = _locked(token)
    require(policies.may_manage_keys, by, current.workflow)
    end_now(current, by=by.pk, at=at, reason=reason)
    return current


@transaction.atomic
def declare_default(token: ControlToken, *, by: User, at: datetime, mode: str) -> ControlToken:
    """What the program does when nobody answers, as its owner says it is written."""
    current = _locked(token)
    require(policies.may_manage_keys, by, current.workflow)
    if mode not in list(Mode):
        raise ValidationError({"mode": _("Choose one of the modes.")})
    if mode != current.default_declared:
        current.default_declared = mode
        with acting(user_id=by.pk, reason=_("Default in the code declared")):
            current.save()
    return current


@transaction.atomic
def bind(token: ControlToken, workflow: Workflow, *, by: User, at: datetime) -> ControlToken:
    """The workflow that a key was given out for is registered now."""
    current = _locked(token)
    require(policies.may_manage_keys, by, None)
    require(policies.may_manage_keys, by, workflow)
    if current.workflow_id is not None:
        raise Conflict(_("This key belongs to a workflow already."))
    current.workflow = workflow
    with acting(user_id=by.pk, reason=_("Key bound to %(workflow)s") % {"workflow": workflow.reference}):
        current.save()
    return current


def _locked(token: ControlToken) -> ControlToken:
    rows = ControlToken.objects.select_for_update(of=("self",)).select_related("workflow")
    return rows.get(pk=token.pk)
