"""The views of the register that every installation has. They are addresses of the list, like the saved ones."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ShippedView:
    key: str
    name: Any
    query: str


REGISTER_VIEWS: Final = (
    ShippedView("all", _("All"), ""),
    ShippedView("mine", _("Owned by me"), "owner=me"),
    ShippedView("critical", _("Tier 1 and 2"), "tier=T1&tier=T2"),
    ShippedView("review", _("Review due in 30 days"), "review=overdue&review=soon&sort=review"),
    ShippedView("untiered", _("Not tiered"), "tier=NONE"),
    ShippedView("changed", _("Changed this week"), "changed=7d&sort=-changed"),
)

AUDIT_VIEWS: Final = (
    ShippedView("all", _("Everything"), ""),
    ShippedView("reads", _("Reads"), "reads=on"),
    ShippedView("past", _("Past the application"), "origin=DATABASE"),
    ShippedView("refused", _("Refused"), "event=REFUSED"),
    ShippedView("deleted", _("Deleted"), "kind=-"),
)
"""Views of the site-wide history."""
