"""Who says which fields the record of a workflow has beside those it came with."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import CustomField, Role, User


def may_see(user: User) -> Verdict:
    allowed = user.has(Role.RISK, Role.ADMINISTRATOR, Role.AUDITOR)
    return verdict(allowed, _("Only risk staff, administrators and auditors see how custom fields are defined."))


def may_define(user: User) -> Verdict:
    return verdict(user.has(Role.RISK, Role.ADMINISTRATOR), _("Only risk staff and administrators define fields."))


def may_change(user: User, field: CustomField) -> Verdict:
    return may_define(user)
