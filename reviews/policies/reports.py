"""Who may make and take reports: whoever may see what they are about."""

from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.incidents import may_see
from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Document, User


def may_see_reports(user: User) -> Verdict:
    return verdict(user.is_active, _("Sign in first."))


def may_make_report(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident)


def may_download(user: User, document: Document) -> Verdict:
    """A report of a restricted incident is as restricted as the incident is now."""
    if document.object_type != "incidents.incident":
        return ALLOWED
    incident = Incident.objects.filter(pk=document.object_id).first()
    if incident is None:
        return deny(_("The record of this report is not there any more."))
    return may_see(user, incident)
