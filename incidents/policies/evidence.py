"""Who may add evidence, read it, check it, and decide how long it must stay."""

from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, Incident, RoleAssignment
from incidents.policies.incidents import holds, may_lead, may_see, may_work, may_work_once_seen
from incidents.policies.incidents import may_see_list as may_see_incidents
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_list(user: User) -> Verdict:
    return may_see_incidents(user)


def may_add(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_download(user: User, evidence: Evidence) -> Verdict:
    """What is not restricted is read by whoever sees the incident; the rest by who works there, or where people are
    named for a piece by them alone; and by auditors.
    """
    seen = may_see(user, evidence.incident)
    if not seen or not evidence.is_restricted or user.has(Role.AUDITOR):
        return seen
    if evidence.is_named_only:
        return verdict(
            is_named(user, evidence),
            _("Only people named for this evidence open it, and auditors. The incident lead or risk staff name them."),
        )
    return verdict(
        reads_restricted(user, evidence.incident),
        _("This evidence is restricted to people who work on the incident and to auditors."),
    )


def reads_restricted(user: User, incident: Incident) -> bool:
    """Of somebody who sees the incident: whether restricted evidence is open to them too."""
    return user.has(Role.AUDITOR) or may_work_once_seen(user, incident).allowed


def is_closed_to_kind(evidence: Evidence, *, reads_restricted: bool) -> bool:
    """Of what is sent to all readers of a kind at once: who is named for a piece has it by asking for the page."""
    return evidence.is_named_only or (evidence.is_restricted and not reads_restricted)


def is_named(user: User, evidence: Evidence) -> bool:
    """Asked of rows with their openers loaded, this costs nothing."""
    return any(each.person_id == user.pk and each.ended_at is None for each in evidence.openers.all())


def may_name(user: User, evidence: Evidence) -> Verdict:
    return may_see(user, evidence.incident) & verdict(
        may_lead(user, evidence.incident).allowed,
        _("Only the incident lead or risk staff decide who opens a piece of evidence."),
    )


def closed_to(user: User, incident: Incident | int) -> set[int]:
    """Numbers of the evidence of an incident of which this person learns no more than that it is there."""
    rows = Evidence.objects.filter(incident=incident, is_restricted=True).select_related("incident")
    rows = rows.prefetch_related("openers")
    return {row.pk for row in rows if not may_download(user, row)}


def may_verify(user: User, evidence: Evidence) -> Verdict:
    return may_work(user, evidence.incident)


def may_hold(user: User, evidence: Evidence) -> Verdict:
    return may_work(user, evidence.incident) & _decides_retention(user, evidence)


def may_release(user: User, evidence: Evidence) -> Verdict:
    """Never whoever put it on; the hold that every piece has from the start was put on by nobody."""
    held = CustodyEvent.objects.filter(evidence=evidence, kind=CustodyEvent.Kind.HELD).order_by("-id").first()
    decides = may_work(user, evidence.incident) & _decides_retention(user, evidence)
    return decides & verdict(
        held is None or held.by_id != user.pk, _("You put this hold on, so another person lifts it.")
    )


def _decides_retention(user: User, evidence: Evidence) -> Verdict:
    return verdict(
        user.has(Role.RISK) or holds(user, evidence.incident, RoleAssignment.Role.LEGAL),
        _("Only risk staff or whoever handles legal in this incident may set or lift a legal hold."),
    )
