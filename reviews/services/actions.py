"""Creating an action item and taking it through its states, each step by whom it is for."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.services.uploading import stored_upload
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.files import HashedUpload
from registry.kernel.notify.tell import tell
from registry.models import Role, StoredFile, User, Workflow
from reviews.lifecycle import ActionCategory
from reviews.models import ActionItem, Review
from reviews.policies import actions as policies
from reviews.services.action_states import follow_readiness, locked, pass_to, say, target_of


def create(
    *,
    by: User,
    at: datetime,
    title: str,
    category: str,
    assignee: User,
    due_date: date,
    description: str = "",
    review: Review | None = None,
    incident: Incident | None = None,
    workflow: Workflow | None = None,
) -> ActionItem:
    """A new item. From a review it belongs to that incident; from an incident to its primary workflow."""
    incident = review.incident if review is not None else incident
    workflow = workflow or (_primary_workflow(incident) if incident is not None else None)
    require(policies.may_create, by, incident, workflow if incident is None else None)
    _check(title=title, category=category, assignee=assignee, due_date=due_date, today=timezone.localdate(at))
    with transaction.atomic(), acting(user_id=by.pk):
        action = ActionItem.objects.create(
            title=title,
            description=description,
            category=category,
            review=review,
            incident=incident,
            workflow=workflow,
            assignee=assignee,
            due_date=due_date,
            first_due_date=due_date,
            created_by=by,
            created_at=at,
        )
        follow_readiness(action, at=at)
        say(action, _("Action item %(action)s for %(name)s") % {"action": action, "name": assignee}, by=by, at=at)
        if assignee.pk != by.pk:
            _tell(
                action,
                assignee,
                key="assigned",
                subject=_("%(reference)s is yours") % {"reference": action.reference},
                body=_("%(name)s has assigned “%(title)s” to you. It is due on %(date)s.")
                % {"name": by, "title": title, "date": due_date},
                at=at,
            )
    return action


def start(action: ActionItem, *, by: User, at: datetime) -> ActionItem:
    with transaction.atomic(), acting(user_id=by.pk):
        action = locked(action)
        target_of(action, "start")
        require(policies.may_work_on, by, action)
        pass_to(action, "start", by=by, at=at, on_timeline=False)
    return action


def claim_done(
    action: ActionItem, *, by: User, at: datetime, proof: str, proof_url: str = "", upload: HashedUpload | None = None
) -> ActionItem:
    """Say that it is done and show it. The proof is words, and where there is more a link or a file.

    The file is stored before the action item is locked: it may take minutes, in which others work on the item.
    """
    target_of(action, "claim_done")
    require(policies.may_work_on, by, action)
    if not proof.strip():
        raise ValidationError({"proof": _("Say what was changed and how one can see it.")})
    stored = stored_upload(upload, at=at) if upload is not None else None
    with transaction.atomic(), acting(user_id=by.pk):
        action = locked(action)
        target_of(action, "claim_done")
        require(policies.may_work_on, by, action)
        action.proof, action.proof_url = proof, proof_url
        action.claimed_by, action.claimed_at = by, at
        action.verified_by = action.verified_at = None
        if stored is not None:
            action.proof_file, action.proof_filename = stored
        pass_to(action, "claim_done", by=by, at=at)
        for person in _verifiers(action, but=by):
            _tell(
                action,
                person,
                key="claimed",
                subject=_("%(reference)s waits to be verified") % {"reference": action.reference},
                body=_("%(name)s says that “%(title)s” is done. Look at the proof, then accept it or send it back.")
                % {"name": by, "title": action.title},
                at=at,
            )
    return action


def verify(
    action: ActionItem, *, by: User, at: datetime, accept: bool, reason: str, effect_due_date: date | None = None
) -> ActionItem:
    """Accept the proof, with a date by which its effect is checked, or send it back with what is missing."""
    verb = "verify" if accept else "reject_proof"
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        target_of(action, verb)
        require(policies.may_verify, by, action)
        if accept:
            if effect_due_date is not None and effect_due_date <= timezone.localdate(at):
                raise ValidationError({"effect_due_date": _("The effect shows later: choose a day after today.")})
            action.verified_by, action.verified_at, action.effect_due_date = by, at, effect_due_date
        else:
            _need(reason, _("Say what the proof does not show."))
        pass_to(action, verb, by=by, at=at, reason=reason)
        _tell(
            action,
            action.assignee,
            key=verb,
            subject=(_("%(reference)s is verified") if accept else _("%(reference)s came back"))
            % {"reference": action.reference},
            body=reason or _("The proof of “%(title)s” was accepted.") % {"title": action.title},
            at=at,
        )
    return action


def check_effect(action: ActionItem, *, by: User, at: datetime, recurred: bool, reason: str) -> ActionItem:
    """Whether the change did what it was for. When it happened again, the item is chased again."""
    verb = "mark_recurred" if recurred else "confirm_effective"
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        target_of(action, verb)
        require(policies.may_check_effect, by, action)
        _need(reason, _("Say what you looked at."))
        action.effect_due_date = None if recurred else action.effect_due_date
        pass_to(action, verb, by=by, at=at, reason=reason)
        if recurred:
            _tell(
                action,
                action.assignee,
                key="recurred",
                subject=_("%(reference)s did not help: it happened again") % {"reference": action.reference},
                body=reason,
                at=at,
            )
    return action


def accept_risk(action: ActionItem, *, by: User, at: datetime, until_date: date, reason: str) -> ActionItem:
    """Live with it until and including a day; the day after, the item is open again."""
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        target_of(action, "accept_risk")
        require(policies.may_accept_risk, by, action)
        _need(reason, _("Say why the risk is bearable until then."))
        if until_date <= timezone.localdate(at):
            raise ValidationError({"until_date": _("Choose a day after today.")})
        action.accepted_until_date = until_date
        pass_to(action, "accept_risk", by=by, at=at, reason=reason)
    return action


def cancel(action: ActionItem, *, by: User, at: datetime, reason: str) -> ActionItem:
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        target_of(action, "cancel")
        require(policies.may_cancel, by, action)
        _need(reason, _("Say why it is no longer needed."))
        pass_to(action, "cancel", by=by, at=at, reason=reason)
    return action


def reopen(action: ActionItem, *, by: User, at: datetime, reason: str, due_date: date) -> ActionItem:
    """Open again with a new date, from which the chase counts anew."""
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        action = locked(action)
        target_of(action, "reopen")
        require(policies.may_reopen, by, action)
        _need(reason, _("Say why it is opened again."))
        if due_date < timezone.localdate(at):
            raise ValidationError({"due_date": _("The new date lies in the past.")})
        action.due_date, action.accepted_until_date = due_date, None
        pass_to(action, "reopen", by=by, at=at, reason=reason)
        _tell(
            action,
            action.assignee,
            key="reopened",
            subject=_("%(reference)s is open again") % {"reference": action.reference},
            body=reason,
            at=at,
        )
    return action


def open_proof(action: ActionItem, *, by: User, at: datetime) -> StoredFile:
    """The file of the proof, recorded as downloaded by this person."""
    require(policies.may_see, by, action)
    if action.proof_file is None:
        raise ActionItem.DoesNotExist("This action item has no proof file.")
    note(
        "DOWNLOADED",
        at=at,
        object_type="reviews.actionitem",
        object_id=action.pk,
        detail={"file": action.proof_filename, "sha256": action.proof_file.sha256},
    )
    return action.proof_file


def _primary_workflow(incident: Incident) -> Workflow | None:
    link = incident.links.select_related("workflow").order_by("-is_primary", "id").first()
    return link.workflow if link is not None else None


def _check(*, title: str, category: str, assignee: User, due_date: date, today: date) -> None:
    wrong: dict[str, Any] = {}
    if not title.strip():
        wrong["title"] = _("Say what will be different, and where.")
    if category not in list(ActionCategory):
        wrong["category"] = _("Choose a category.")
    if not assignee.is_active:
        wrong["assignee"] = _("This person is no longer active.")
    elif not (can_act := policies.writes(assignee)):
        wrong["assignee"] = can_act.reason
    if due_date < today:
        wrong["due_date"] = _("The date lies in the past.")
    if wrong:
        raise ValidationError(wrong)


def _need(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": sentence})


def _verifiers(action: ActionItem, *, but: User) -> list[User]:
    """Who can verify it: the workflow's business owner, and risk."""
    people = list(User.objects.with_role(Role.RISK))
    owner = action.workflow.business_owner if action.workflow is not None else None
    if owner is not None and owner.is_active and owner not in people:
        people.append(owner)
    return [p for p in people if p != but and policies.may_verify(p, action)]


def _tell(action: ActionItem, person: User, *, key: str, subject: str, body: str, at: datetime) -> None:
    if person.is_active:
        tell(
            key=f"action-{key}-{action.pk}-{action.version}-{person.pk}",
            kind=f"ACTION_{key.upper()}",
            recipient=person,
            subject=subject,
            body=body,
            at=at,
            url=action.get_absolute_url(),
            about=action,
        )
