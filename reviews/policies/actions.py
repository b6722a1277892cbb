"""Who may do what with an action item. Nobody verifies, accepts or cancels what they owe themselves."""

from django.utils.translation import gettext as _

from incidents.models import Incident, RoleAssignment
from incidents.policies import incidents
from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Role, User, Workflow
from registry.policies.workflows import owns
from reviews.models import ActionItem, Extension


def may_see_list(user: User) -> Verdict:
    """Everyone who is signed in; items of restricted incidents are left out of what they see."""
    return verdict(user.is_active, _("Your account is not active."))


def may_see(user: User, action: ActionItem) -> Verdict:
    """Whoever must do it, and whoever may see the incident it comes from."""
    if action.incident is None or action.assignee_id == user.pk:
        return verdict(user.is_active, _("Your account is not active."))
    return incidents.may_see(user, action.incident)


def may_open_form(user: User) -> Verdict:
    """Whether any action item at all could be created by this person; the record decides the rest."""
    return writes(user) & verdict(
        user.has(Role.RISK, Role.OWNER, Role.RESPONDER) or _holds_a_role(user),
        _("Action items come from responders, workflow owners, or risk and compliance."),
    )


def may_create(user: User, incident: Incident | None = None, workflow: Workflow | None = None) -> Verdict:
    """In an incident who works on it; on a workflow its owners; freestanding responders and owners. Risk always."""
    if incident is not None:
        return incidents.may_work(user, incident)
    if workflow is not None:
        return writes(user) & verdict(
            user.has(Role.RISK) or owns(user, workflow), _("Action items of a workflow come from its owners or risk.")
        )
    return may_open_form(user)


def may_work_on(user: User, action: ActionItem) -> Verdict:
    """Start it, or claim it as done with proof."""
    return (
        may_see(user, action)
        & writes(user)
        & verdict(
            action.assignee_id == user.pk or user.has(Role.RISK),
            _("This is for the person it is assigned to, or risk and compliance."),
        )
    )


def may_verify(user: User, action: ActionItem) -> Verdict:
    """Accept or send back the proof, and later check the effect."""
    return (
        may_see(user, action)
        & _oversees(user, action)
        & _another(user, {action.claimed_by_id, action.assignee_id}, _("You did this; a second person verifies it."))
    )


def may_check_effect(user: User, action: ActionItem) -> Verdict:
    return may_verify(user, action)


def may_accept_risk(user: User, action: ActionItem) -> Verdict:
    return (
        may_see(user, action)
        & verdict(user.has(Role.RISK, Role.EXECUTIVE), _("Risk is accepted by risk and compliance or an executive."))
        & _another(user, {action.assignee_id}, _("You owe this item; somebody else accepts its risk."))
    )


def may_cancel(user: User, action: ActionItem) -> Verdict:
    """A second person: neither who asked for the item nor who owes it."""
    return (
        may_see(user, action)
        & _oversees(user, action)
        & _another(
            user,
            {action.assignee_id, action.created_by_id},
            _("You created or owe this item; a second person cancels it."),
        )
    )


def may_reopen(user: User, action: ActionItem) -> Verdict:
    return may_see(user, action) & (
        _oversees(user, action) | verdict(user.has(Role.EXECUTIVE), _("Executives may reopen an item."))
    )


def writes(user: User) -> Verdict:
    return verdict(
        user.is_active and not incidents.only_audits(user), _("Auditors read the record and do not write in it.")
    )


def may_ask_extension(user: User, action: ActionItem) -> Verdict:
    return (
        may_see(user, action)
        & writes(user)
        & verdict(
            action.assignee_id == user.pk or user.has(Role.RISK),
            _("More time is asked for by the person the item is assigned to, or risk and compliance."),
        )
    )


def may_decide_extension(user: User, extension: Extension) -> Verdict:
    """Risk, and neither who asked nor who would gain the time."""
    return (
        may_see(user, extension.action)
        & risk(user)
        & _another(
            user,
            {extension.asked_by_id, extension.action.assignee_id},
            _("You asked for this or would gain by it; a second person decides."),
        )
    )


def risk(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("This is for risk and compliance."))


def _oversees(user: User, action: ActionItem) -> Verdict:
    """Risk, the lead of the incident, or an owner of the workflow."""
    if incidents.only_audits(user):
        return writes(user)
    if user.has(Role.RISK) or _leads(user, action) or (action.workflow and owns(user, action.workflow)):
        return ALLOWED
    return deny(_("This is for risk and compliance, the incident lead or an owner of the workflow."))


def _another(user: User, people: set[int | None], reason: str) -> Verdict:
    return verdict(user.pk not in people, reason)


def _leads(user: User, action: ActionItem) -> bool:
    return (
        action.incident_id is not None
        and RoleAssignment.objects.filter(
            incident_id=action.incident_id, role=RoleAssignment.Role.LEAD, person=user, ended_at__isnull=True
        ).exists()
    )


def _holds_a_role(user: User) -> bool:
    return RoleAssignment.objects.filter(person=user, ended_at__isnull=True).exists()
