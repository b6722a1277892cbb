"""Who may carry out a containment option in an incident, say whether it worked, and take it back."""

from incidents.models import ContainmentAction, Incident
from incidents.policies.incidents import may_see, may_work
from registry.kernel.access.verdict import Verdict
from registry.models import ContainmentOption, User
from registry.policies.containment import may_execute as may_execute_option


def may_execute(user: User, incident: Incident, option: ContainmentOption) -> Verdict:
    """Limiting harm needs one person: named on the option or of a role it names, and at work in the room."""
    return may_see(user, incident) & may_execute_option(user, option) & may_work(user, incident)


def may_confirm(user: User, action: ContainmentAction) -> Verdict:
    """Whoever carried it out may also say that it worked: containing must not wait for a second person."""
    return may_work(user, action.incident)


def may_revert(user: User, action: ContainmentAction) -> Verdict:
    return may_execute(user, action.incident, action.option)
