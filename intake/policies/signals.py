"""Who sees what arrived, and who decides what it is."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies import incidents
from intake.models import ReceivedSignal
from registry.kernel.access.verdict import ALLOWED, Verdict, verdict
from registry.models import Role, User


def may_see_list(user: User) -> Verdict:
    """The inbox. Owners find the signals of their workflows in it, members what they reported themselves."""
    return verdict(user.is_active, _("Your account is not active."))


def may_see(user: User, signal: ReceivedSignal) -> Verdict:
    seen = ReceivedSignal.objects.visible_to(user).filter(pk=signal.pk).exists()
    return verdict(seen, _("There is no such signal, or you may not see it."))


def may_sort_out(user: User) -> Verdict:
    return verdict(user.has(Role.RESPONDER, Role.RISK), _("Responders and risk staff decide what becomes of a signal."))


def may_decide(user: User, signal: ReceivedSignal) -> Verdict:
    return may_see(user, signal) & may_sort_out(user)


def may_attach(user: User, signal: ReceivedSignal, incident: Incident) -> Verdict:
    return may_decide(user, signal) & incidents.may_work(user, incident)


def may_report(user: User) -> Verdict:
    return incidents.may_declare(user)


def may_report_anonymously(user: Any) -> Verdict:
    """Open to everybody where the setting says so; where it does not, there is no such page."""
    return ALLOWED if settings.ANONYMOUS_REPORTS else verdict(False, _("Anonymous reports are switched off."))
