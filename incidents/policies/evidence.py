"""Who may add evidence, read it, check it, and decide how long it must stay."""

from django.utils.translation import gettext as _

from incidents.models import Evidence, Incident, RoleAssignment
from incidents.policies.incidents import holds, may_see, may_work
from incidents.policies.incidents import may_see_list as may_see_incidents
from registry.kernel.access.verdict import ALLOWED, Verdict, verdict
from registry.models import Role, User

_KEEPERS = (RoleAssignment.Role.LEAD, RoleAssignment.Role.LEGAL)


def may_see_list(user: User) -> Verdict:
    return may_see_incidents(user)


def may_add(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_download(user: User, evidence: Evidence) -> Verdict:
    """What is not restricted is read by whoever sees the incident; the rest by a named few and by auditors."""
    seen = may_see(user, evidence.incident)
    if not seen or not evidence.is_restricted:
        return seen
    if user.has(Role.RISK, Role.AUDITOR) or evidence.collected_by_id == user.pk:
        return ALLOWED
    return verdict(
        holds(user, evidence.incident, *_KEEPERS),
        _("This evidence is restricted to whoever collected it, the incident lead, legal, risk staff and auditors."),
    )


def may_verify(user: User, evidence: Evidence) -> Verdict:
    return may_work(user, evidence.incident)


def may_hold(user: User, evidence: Evidence) -> Verdict:
    return may_work(user, evidence.incident) & _decides_retention(user, evidence)


def may_release(user: User, evidence: Evidence) -> Verdict:
    return may_work(user, evidence.incident) & _decides_retention(user, evidence)


def _decides_retention(user: User, evidence: Evidence) -> Verdict:
    return verdict(
        user.has(Role.RISK) or holds(user, evidence.incident, RoleAssignment.Role.LEGAL),
        _("Only risk staff or whoever handles legal in this incident may set or lift a legal hold."),
    )
