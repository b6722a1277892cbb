"""Who may see, declare, work, lead and move an incident. Every refusal is a sentence for the person who asked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Incident, IncidentLink, IncidentWorkflow, RoleAssignment, RoomAccess
from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Role, User, Workflow
from registry.policies.workflows import owns

LEAD = RoleAssignment.Role.LEAD


def only_audits(user: User) -> bool:
    """Whether the only role of this person is auditor: reads everything, writes nothing."""
    return set(user.roles) - {Role.MEMBER} == {Role.AUDITOR}


def holds(user: User, incident: Incident, *roles: str) -> bool:
    """Whether this person holds one of `roles` in the room now; any role at all when none is named."""
    return any(row.person_id == user.pk and (not roles or row.role in roles) for row in held(incident))


def has_lead(incident: Incident) -> bool:
    return any(row.role == LEAD for row in held(incident))


def held(incident: Incident) -> list[RoleAssignment]:
    """Roles held now. Few rows; a page of the room has them loaded with the incident and asks much of them."""
    return [row for row in incident.assignments.all() if row.ended_at is None]


def owns_affected(user: User, incident: Incident) -> bool:
    """Whether this person owns, runs or deputises for a workflow the incident concerns."""
    if "links" in getattr(incident, "_prefetched_objects_cache", {}):
        return any(owns(user, link.workflow) for link in incident.links.all())
    owned = Workflow.objects.owned_by(user)
    return IncidentWorkflow.objects.filter(incident=incident, workflow__in=owned).exists()


def may_see_list(user: User) -> Verdict:
    return verdict(user.is_active, _("Only people with an active account may see incidents."))


def may_declare(user: User) -> Verdict:
    if not user.is_active:
        return deny(_("Only people with an active account may declare an incident."))
    return verdict(not only_audits(user), _("Auditors read the record and do not write in it."))


def may_see(user: User, incident: Incident) -> Verdict:
    if user.is_active and not incident.is_restricted:
        return ALLOWED
    visible = Incident.objects.visible_to(user).filter(pk=incident.pk).exists()
    return verdict(visible, _("This incident is restricted. Only named people, risk staff and auditors may see it."))


def who_may_see(incident: Incident, people: Iterable[int], *, at: datetime) -> dict[int, User]:
    """Those of `people` who may see it at this moment, by number. `visible_to` for many people, in one question."""
    rows = User.objects.filter(pk__in=people, is_active=True).exclude(access_until__lte=at)
    if incident.is_restricted:
        let_in = RoomAccess.objects.filter(incident=incident).values("user_id")
        holders = RoleAssignment.objects.filter(incident=incident, ended_at__isnull=True).values("person_id")
        rows = rows.filter(
            Q(roles__overlap=[Role.RISK, Role.AUDITOR])
            | Q(pk=incident.declared_by_id)
            | Q(pk__in=let_in)
            | Q(pk__in=holders)
        )
    return {row.pk: row for row in rows}


def may_work(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident) and may_work_once_seen(user, incident)


def may_work_once_seen(user: User, incident: Incident) -> Verdict:
    """The same of somebody who is known to see it."""
    if only_audits(user):
        return deny(_("Auditors read the record and do not write in it."))
    if user.has(Role.RESPONDER, Role.RISK) or holds(user, incident) or owns_affected(user, incident):
        return ALLOWED
    return deny(
        _("Only responders, risk staff, people with a role in this incident and owners of an affected workflow may.")
    )


def may_unlink(user: User, link: IncidentLink) -> Verdict:
    """Whoever sees both, and works in one of the two rooms."""
    seen = may_see(user, link.source) & may_see(user, link.target)
    return seen & (may_work(user, link.source) | may_work(user, link.target))


def may_lead(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident) & verdict(
        user.has(Role.RISK) or (not only_audits(user) and holds(user, incident, LEAD)),
        _("Only the incident lead or risk staff may do this."),
    )


def may_assess_severity(user: User, incident: Incident) -> Verdict:
    leads = may_lead(user, incident)
    if leads or (may_see(user, incident) and user.has(Role.RESPONDER) and not has_lead(incident)):
        return ALLOWED
    return may_see(user, incident) & deny(
        _("Only the incident lead or risk staff may judge the severity; while there is no lead, any responder may.")
    )


def may_assign(user: User, incident: Incident) -> Verdict:
    """The lead fills the room; whoever may work there may name the first lead."""
    if may_lead(user, incident) or (may_work(user, incident) and not has_lead(incident)):
        return ALLOWED
    return may_see(user, incident) & deny(
        _("Only the incident lead or risk staff may assign roles; while there is no lead, whoever works here may.")
    )


def may_accept(user: User, assignment: RoleAssignment) -> Verdict:
    return verdict(assignment.person_id == user.pk, _("Only the person who was assigned the role may accept it."))


def may_relieve(user: User, assignment: RoleAssignment) -> Verdict:
    if assignment.person_id == user.pk and user.is_active:
        return ALLOWED
    return may_lead(user, assignment.incident)


def may_move(user: User, incident: Incident, verb: str) -> Verdict:
    """Every step is the lead's or risk staff's; what is still in triage, any responder may sort."""
    if incident.state in {State.TRIAGE, State.DECLINED} and user.has(Role.RESPONDER):
        return may_see(user, incident)
    return may_see(user, incident) & verdict(
        may_lead(user, incident).allowed, _("Only the incident lead or risk staff may take this step.")
    )


def may_override_gate(user: User, incident: Incident, keys: Iterable[str] = ()) -> Verdict:
    """`keys` are the conditions about to be overridden (`gates.Unmet.key`)."""
    seen = may_see(user, incident)
    if not seen:
        return seen
    if not user.has(Role.RISK, Role.EXECUTIVE):
        return deny(_("Only risk staff or an executive may override a condition that is not met."))
    return verdict(
        "RECOVERY_APPROVAL" not in keys or incident.recovery_asked_by_id != user.pk,
        _("You asked for this recovery, so another person must approve it or override the approval."),
    )


def may_restrict(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident) & verdict(
        may_lead(user, incident).allowed, _("Only the incident lead or risk staff may decide who sees an incident.")
    )
