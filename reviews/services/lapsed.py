"""Action items that were to keep something from happening again, and do not: overdue, recurred, no longer accepted."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.services import recurrence
from incidents.services.recurrence import LapsedFix
from registry.models import User
from reviews.lifecycle import ActionState
from reviews.models import ActionItem
from reviews.models.actions import CHASED

MOST = 5


def declare_own() -> None:
    recurrence.declare(lapsed_fixes)


def lapsed_fixes(workflows: Sequence[int], user: User, today: date) -> list[LapsedFix]:
    """Of these workflows, or of incidents that concern them; the longest overdue first."""
    lapsed = Q(state=ActionState.RECURRED) | Q(state__in=CHASED, due_date__lt=today)
    lapsed |= Q(state=ActionState.RISK_ACCEPTED, accepted_until_date__lt=today)
    of_them = Q(workflow__in=workflows) | Q(incident__links__workflow__in=workflows)
    rows = ActionItem.objects.visible_to(user).filter(lapsed & of_them).select_related("assignee")
    return [
        LapsedFix(str(row), row.get_absolute_url(), row.assignee.name, row.due_date, _why(row, today))
        for row in rows.distinct().order_by("due_date", "pk")[:MOST]
    ]


def _why(row: ActionItem, today: date) -> str:
    if row.state == ActionState.RECURRED:
        return _("It came back although this was done")
    if row.state == ActionState.RISK_ACCEPTED:
        return _("The risk was accepted until a day that has passed")
    return _("Overdue")
