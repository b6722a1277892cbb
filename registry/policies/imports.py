"""Who brings records in from files, and who only reads what was brought in."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import ChangeSet, Role, User


def may_import(user: User) -> Verdict:
    """An inventory touches the whole register at once, so it is for risk staff."""
    return verdict(user.has(Role.RISK), _("Only risk staff import inventories."))


def may_import_records(user: User) -> Verdict:
    """Who may write what hangs on workflows. Of each row the service asks the policy of its page."""
    return verdict(user.has(Role.RISK, Role.OWNER), _("Only risk staff and workflow owners import records."))


def may_see_imports(user: User) -> Verdict:
    """Auditors read what was imported; they change nothing. Owners see their own."""
    allowed = user.has(Role.RISK, Role.AUDITOR, Role.OWNER)
    return verdict(allowed, _("Only risk staff, workflow owners and auditors see imports."))


def may_see_change_sets(user: User) -> Verdict:
    return verdict(user.has(Role.RISK, Role.AUDITOR), _("Only risk staff and auditors see change-sets."))


def may_see_import(user: User, change_set: ChangeSet) -> Verdict:
    """One's own, and for risk staff and auditors all."""
    if user.has(Role.RISK, Role.AUDITOR):
        return ALLOWED
    return may_see_imports(user) & verdict(user.pk == change_set.asked_by_id, _("Somebody else imported this."))


def may_deal_with(user: User, change_set: ChangeSet) -> Verdict:
    """Map, try, apply, discard: risk staff any of them, owners their own imports of records."""
    if change_set.kind != ChangeSet.Kind.IMPORT or not change_set.of:
        return may_import(user)
    if user.has(Role.RISK):
        return ALLOWED
    return may_import_records(user) & verdict(user.pk == change_set.asked_by_id, _("Somebody else imported this."))


def may_undo(user: User, change_set: ChangeSet) -> Verdict:
    """Whoever applied it, and any other risk person: undoing brings back what was there before."""
    if user.has(Role.RISK):
        return ALLOWED
    if change_set.kind != ChangeSet.Kind.IMPORT or not change_set.of:
        return deny(_("Only risk staff undo an import."))
    return may_deal_with(user, change_set)
