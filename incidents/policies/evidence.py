"""Who may add evidence, read it, check it, and decide how long it must stay."""

from django.utils.translation import gettext as _

from incidents.models import Evidence, Incident, RoleAssignment
from incidents.policies.incidents import holds, may_see, may_work, may_work_once_seen
from incidents.policies.incidents import may_see_list as may_see_incidents
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_list(user: User) -> Verdict:
    return may_see_incidents(user)


def may_add(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_download(user: User, evidence: Evidence) -> Verdict:
    """What is not restricted is read by whoever sees the incident; the rest by who works there, and by auditors."""
    seen = may_see(user, evidence.incident)
    if not seen or not evidence.is_restricted:
        return seen
    return verdict(
        reads_restricted(user, evidence.incident),
        _("This evidence is restricted to people who work on the incident and to auditors."),
    )


def reads_restricted(user: User, incident: Incident) -> bool:
    """Of somebody who sees the incident: whether restricted evidence is open to them too."""
    return user.has(Role.AUDITOR) or may_work_once_seen(user, incident).allowed


def closed_to(user: User, incident: Incident | int) -> set[int]:
    """Numbers of the evidence of an incident of which this person learns no more than that it is there."""
    rows = Evidence.objects.filter(incident=incident, is_restricted=True).select_related("incident")
    return {row.pk for row in rows if not may_download(user, row)}


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
