"""Who decides which addresses outside are told of incidents, and who reads what was sent to them."""

from django.utils.translation import gettext as _

from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.policies.incidents import may_see
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_endpoints(user: User) -> Verdict:
    return verdict(
        user.is_active and user.has(Role.ADMINISTRATOR, Role.RISK, Role.AUDITOR),
        _("Only administrators, risk staff and auditors see which addresses outside are told of incidents."),
    )


def may_manage(user: User, endpoint: WebhookEndpoint | None = None) -> Verdict:
    return verdict(
        user.is_active and user.has(Role.ADMINISTRATOR), _("Only administrators decide where webhooks are sent.")
    )


def may_let_hear(user: User, endpoint: WebhookEndpoint) -> Verdict:
    """Letting it hear of restricted incidents is no matter of operation."""
    return verdict(
        user.is_active and user.has(Role.RISK),
        _("Only risk staff let an address outside hear of restricted incidents."),
    )


def may_see_delivery(user: User, delivery: WebhookDelivery) -> Verdict:
    seen = may_see_endpoints(user)
    return seen if delivery.incident is None else seen & may_see(user, delivery.incident)


def may_send_again(user: User) -> Verdict:
    return verdict(
        user.is_active and user.has(Role.ADMINISTRATOR, Role.RISK),
        _("Only administrators and risk staff have webhooks sent again."),
    )


def may_redeliver(user: User, delivery: WebhookDelivery) -> Verdict:
    return may_see_delivery(user, delivery) & may_send_again(user)
