"""More time for an action item: asked for with a reason, decided by another person, counted."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Role, User
from reviews.models import ActionItem, Extension
from reviews.models.actions import CHASED
from reviews.policies import actions as policies
from reviews.services.action_states import follow_readiness, locked, save, say


def ask_extension(action: ActionItem, *, by: User, at: datetime, new_due_date: date, reason: str) -> Extension:
    """Ask for a later date. The old date counts, and is chased, until somebody grants the new one."""
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        require(policies.may_ask_extension, by, action)
        if action.state not in CHASED:
            raise Conflict(_("More time is asked for while there is something left to do."))
        if open_extension(action) is not None:
            raise Conflict(_("More time has been asked for already and is not decided yet."))
        _check(action, new_due_date=new_due_date, reason=reason, today=timezone.localdate(at))
        extension = Extension.objects.create(
            action=action,
            old_due_date=action.due_date,
            new_due_date=new_due_date,
            reason=reason,
            asked_by=by,
            asked_at=at,
        )
        _ask_risk(extension, at=at)
    return extension


def decide_extension(extension: Extension, *, by: User, at: datetime, grant: bool, reason: str) -> Extension:
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(extension.action)
        extension = Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
        extension.action = action
        if extension.decided_at is not None:
            raise Conflict(_("This was decided already."))
        require(policies.may_decide_extension, by, extension)
        if grant and action.state not in CHASED:
            raise Conflict(_("There is nothing left to do, so there is nothing to extend."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        extension.decided_by, extension.decided_at = by, at
        extension.is_granted, extension.decision_reason = grant, reason
        extension.save()
        if grant:
            action.due_date = extension.new_due_date
            save(action)
            follow_readiness(action, at=at)
            say(
                action,
                _("%(action)s is now due on %(date)s (extension %(count)d)")
                % {"action": action, "date": action.due_date, "count": granted(action)},
                by=by,
                at=at,
            )
        _tell_the_decision(extension, at=at)
    return extension


def open_extension(action: ActionItem) -> Extension | None:
    return action.extensions.filter(decided_at__isnull=True).select_related("asked_by").first()


def waiting_extension(action: ActionItem) -> Extension:
    """The one to be decided; a `Conflict` when there is none (any more)."""
    extension = open_extension(action)
    if extension is None:
        raise Conflict(_("Nobody is waiting for a decision on more time."))
    return extension


def granted(action: ActionItem) -> int:
    """How many times the date was moved."""
    return action.extensions.filter(is_granted=True).count()


def _check(action: ActionItem, *, new_due_date: date, reason: str, today: date) -> None:
    wrong = {}
    if new_due_date <= max(action.due_date, today):
        wrong["new_due_date"] = _("Choose a day after today and after the date it is due now.")
    if not reason.strip():
        wrong["reason"] = _("Say why more time is needed.")
    if wrong:
        raise ValidationError(wrong)


def _ask_risk(extension: Extension, *, at: datetime) -> None:
    action = extension.action
    for person in User.objects.with_role(Role.RISK):
        if policies.may_decide_extension(person, extension):
            tell(
                key=f"extension-asked-{extension.pk}-{person.pk}",
                kind="EXTENSION_ASKED",
                recipient=person,
                subject=_("More time is asked for: %(reference)s") % {"reference": action.reference},
                body=_("%(name)s asks to move “%(title)s” from %(old)s to %(new)s: %(reason)s")
                % {
                    "name": extension.asked_by,
                    "title": action.title,
                    "old": extension.old_due_date,
                    "new": extension.new_due_date,
                    "reason": extension.reason,
                },
                at=at,
                url=action.get_absolute_url(),
                about=action,
            )


def _tell_the_decision(extension: Extension, *, at: datetime) -> None:
    action = extension.action
    subject = _("More time granted: %(reference)s") if extension.is_granted else _("No more time: %(reference)s")
    for person in User.objects.active().filter(pk__in=[extension.asked_by_id, action.assignee_id]):
        tell(
            key=f"extension-decided-{extension.pk}-{person.pk}",
            kind="EXTENSION_DECIDED",
            recipient=person,
            subject=subject % {"reference": action.reference},
            body=extension.decision_reason,
            at=at,
            url=action.get_absolute_url(),
            about=action,
        )
