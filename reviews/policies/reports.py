"""Who may make and take reports: whoever may see what they are about, and see it still."""

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.incidents import may_see
from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Document, GateRequest, Role, User, Workflow
from registry.policies.workflows import INVENTORY_READERS, may_take_inventory
from registry.policies.workflows import may_see as may_see_workflow
from reviews.models.kinds import ReportKind

INCIDENTS = "incidents.incident"
WORKFLOWS = "registry.workflow"
GATES = "registry.gaterequest"
READERS: dict[str, tuple[Role, ...]] = {
    ReportKind.INVENTORY: INVENTORY_READERS,
    ReportKind.AUDIT_PACK: (Role.RISK, Role.AUDITOR),
}
"""Reports about no single record, and the roles that may have them."""


def may_see_reports(user: User) -> Verdict:
    return verdict(user.is_active, _("Sign in first."))


def may_make_report(user: User, incident: Incident) -> Verdict:
    """The full report of an incident and its summary alike."""
    return may_see(user, incident)


def may_make_dossier(user: User, workflow: Workflow) -> Verdict:
    return may_see_workflow(user, workflow)


def may_make_gate_report(user: User, request: GateRequest) -> Verdict:
    return may_see_workflow(user, request.workflow)


def may_make_audit_pack(user: User) -> Verdict:
    allowed = user.is_active and user.has(*READERS[ReportKind.AUDIT_PACK])
    return verdict(allowed, _("Only auditors and risk staff take the audit record away."))


def may_download(user: User, document: Document) -> Verdict:
    """A report is as restricted as what it tells of is now."""
    if document.kind == ReportKind.INVENTORY:
        return may_take_inventory(user)
    if document.kind == ReportKind.AUDIT_PACK:
        return may_make_audit_pack(user)
    if document.object_type == WORKFLOWS:
        return _may_read_dossier(user, document)
    if document.object_type != INCIDENTS:
        return ALLOWED
    incident = Incident.objects.filter(pk=document.object_id).first()
    if incident is None:
        return deny(_("The record of this report is not there any more."))
    return may_see(user, incident)


def _may_read_dossier(user: User, document: Document) -> Verdict:
    workflow = Workflow.objects.filter(pk=document.object_id).first()
    if workflow is None:
        return deny(_("The record of this report is not there any more."))
    hidden = restricted_since(document).exclude(pk__in=Incident.objects.visible_to(user).values("pk"))
    return may_see_workflow(user, workflow) & verdict(
        not hidden.exists(), _("This dossier tells of an incident that was restricted after it was made.")
    )


def restricted_since(document: Document) -> QuerySet[Incident]:
    """Incidents that a dossier may name, since they were open to all when it was made, and that are restricted now."""
    past = Incident.history.model.objects.filter(id=OuterRef("pk"), history_date__lte=document.requested_at)
    return (
        Incident.objects.filter(visibility=Incident.Visibility.RESTRICTED, links__workflow=int(document.object_id))
        .alias(visibility_then=Subquery(past.order_by("-history_id").values("visibility")[:1]))
        .filter(visibility_then=Incident.Visibility.NORMAL)
    )


def visible_documents(user: User) -> Q:
    """Reports for the list: of incidents this person may see, and of the kinds their roles may have.

    A dossier is listed for everyone, since the register is; whether it can be taken is asked one by one.
    """
    incidents = Incident.objects.visible_to(user).annotate(key=Cast("pk", CharField())).values("key")
    closed = [kind for kind, roles in READERS.items() if not user.has(*roles)]
    return (~Q(object_type=INCIDENTS) | Q(object_id__in=incidents)) & ~Q(kind__in=closed)
