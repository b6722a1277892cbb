"""Who sets up what sends signals. Administrators do, since it is about tokens; risk staff may as well."""

from django.utils.translation import gettext as _

from intake.kinds import SourceKind
from intake.models import SignalSource
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_list(user: User) -> Verdict:
    return verdict(
        user.has(Role.RISK, Role.RESPONDER, Role.ADMINISTRATOR, Role.AUDITOR),
        _("Sources are for administrators, risk staff, responders and auditors."),
    )


def may_see(user: User, source: SignalSource) -> Verdict:
    return may_see_list(user)


def may_add(user: User) -> Verdict:
    return verdict(
        user.has(Role.RISK, Role.ADMINISTRATOR), _("Only administrators and risk staff set up what sends signals.")
    )


def may_manage(user: User, source: SignalSource) -> Verdict:
    return may_add(user) & verdict(
        source.kind != SourceKind.PEOPLE, _("What people report comes through its own form and has nothing to set up.")
    )


def may_promote(user: User) -> Verdict:
    """That alerts make incidents by themselves is a decision about incidents, and none about tokens."""
    return verdict(user.has(Role.RISK), _("Only risk staff decide which signals make an incident by themselves."))


def may_read_bodies(user: User) -> Verdict:
    """What arrived may hold anything: administrators see that it arrived, and not what it says."""
    return verdict(
        user.has(Role.RISK, Role.RESPONDER, Role.AUDITOR),
        _("What deliveries say is read by risk staff, responders and auditors."),
    )
