"""Who may carry out a containment option in an incident, say whether it worked, and take it back."""

from django.utils.translation import gettext as _

from incidents.models import ContainmentAction, Incident
from incidents.policies.incidents import may_see, may_work
from registry.kernel.access.verdict import Verdict, deny
from registry.models import ContainmentOption, User
from registry.policies.containment import may_execute as may_execute_option
from registry.policies.control import may_agree_to_release


def may_execute(user: User, incident: Incident, option: ContainmentOption) -> Verdict:
    """Limiting harm needs one person: named on the option or of a role it names, and at work in the room."""
    return may_see(user, incident) & may_execute_option(user, option) & may_work(user, incident)


def may_confirm(user: User, action: ContainmentAction) -> Verdict:
    """Whoever carried it out may also say that it worked: containing must not wait for a second person."""
    return may_work(user, action.incident)


def may_revert(user: User, action: ContainmentAction) -> Verdict:
    """Ask for it, or decline it."""
    return may_execute(user, action.incident, action.option)


def may_agree_to_revert(user: User, action: ContainmentAction) -> Verdict:
    """Loosening needs a second person, who may see the incident and may take back what limits the workflow."""
    if action.restriction is None:
        return deny(_("This was taken back before two people were asked for."))
    return may_see(user, action.incident) & may_agree_to_release(user, action.restriction)
