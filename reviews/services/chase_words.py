"""What a chase notice says. Whoever may not see the item learns that one is late, and nothing of what it is about."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.calendar import Rung
from reviews.models import ActionItem
from reviews.services.chase_ladder import Call


def subject_of(action: ActionItem, today: date, *, is_open: bool) -> str:
    what = action.reference if is_open else _("A restricted action item")
    return _("%(what)s %(when)s") % {"what": what, "when": when(action.due_date, today)}


def body_of(action: ActionItem, today: date, call: Call, empty: Iterable[Call], *, is_open: bool) -> str:
    """Plain text, a paragraph for each of: what, whose, why you, what to do."""
    if not is_open:
        return _(
            "An action item of a restricted incident %(when)s. Its details are kept from this notice. "
            "Ask risk and compliance about %(reference)s."
        ) % {"when": when(action.due_date, today), "reference": action.reference}
    return "\n\n".join([_what(action, today), *(_gap(action, gap) for gap in empty), _why(call.rung)])


def when(due_date: date, today: date) -> str:
    days = (due_date - today).days
    if days > 0:
        return ngettext("is due in %(days)d day", "is due in %(days)d days", days) % {"days": days}
    if days == 0:
        return _("is due today")
    return ngettext("is %(days)d day overdue", "is %(days)d days overdue", -days) % {"days": -days}


def _what(action: ActionItem, today: date) -> str:
    text = _("“%(title)s” %(when)s (%(date)s). It is assigned to %(name)s.") % {
        "title": action.title,
        "when": when(action.due_date, today),
        "date": date_format(action.due_date, "j M Y"),
        "name": action.assignee,
    }
    if action.due_date == action.first_due_date:
        return text
    return f"{text} " + _("It was first due on %(date)s.") % {"date": date_format(action.first_due_date, "j M Y")}


def _gap(action: ActionItem, gap: Call) -> str:
    if gap.person is not None:
        return _("%(rung)s %(name)s is no longer active.") % {"rung": gap.rung.label, "name": gap.person}
    return _("Nobody holds this step of the ladder: %(rung)s.") % {"rung": gap.rung.label}


def _why(rung: Rung) -> str:
    if rung is Rung.ASSIGNEE:
        return _("Claim it as done with proof, or ask for more time with a reason.")
    if rung is Rung.WORKFLOW_OWNER:
        return _(
            "You are told as the owner of the workflow. Help to get it done, or have it given to somebody who can."
        )
    if rung is Rung.RISK:
        return _("You are told as risk and compliance. Decide: more time, somebody else, or the risk accepted.")
    return _("You are told as an executive, because every step before you has passed. Decide what happens now.")
