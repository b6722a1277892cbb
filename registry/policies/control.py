"""Who gives out keys to running workflows, and who takes back what limits them. Tightening is asked elsewhere: it is
the policy of the containment option.
"""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import Restriction, Role, User, Workflow
from registry.policies.containment import may_execute
from registry.policies.workflows import only_audits, owns


def may_manage_keys(user: User, workflow: Workflow | None = None) -> Verdict:
    """`workflow` is None for a key given out before there is one to register."""
    if workflow is None:
        return verdict(
            user.has(Role.RISK, Role.ADMINISTRATOR),
            _("Keys for workflows that are not registered yet are given out by risk staff and administrators."),
        )
    return verdict(
        user.has(Role.RISK, Role.ADMINISTRATOR) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow, risk staff and administrators give out its keys."),
    )


def may_sort_out(user: User) -> Verdict:
    """Setting aside what somebody asked for in vain."""
    return verdict(
        user.has(Role.RISK, Role.ADMINISTRATOR), _("Only risk staff and administrators set unknown callers aside.")
    )


def may_ask_release(user: User, restriction: Restriction) -> Verdict:
    """Whoever may tighten by this option may ask to loosen it; without an option, those who answer and respond."""
    if not user.is_active or only_audits(user):
        return deny(_("Auditors read everything and write nothing."))
    answers = user.has(Role.RISK, Role.RESPONDER) or (user.has(Role.OWNER) and owns(user, restriction.workflow))
    allowed = verdict(
        answers, _("Only responders, the owners of this workflow and risk staff take back a restriction.")
    )
    return allowed if restriction.option is None else may_execute(user, restriction.option) | allowed


def may_agree_to_release(user: User, restriction: Restriction) -> Verdict:
    """Loosening needs a second person, always."""
    return may_ask_release(user, restriction) & verdict(
        restriction.release_asked_by_id != user.pk,
        _("You asked for this. Somebody else has to agree: loosening needs two people."),
    )
