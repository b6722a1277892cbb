"""Action items of people who leave, and the chase calendar, with how each passes to somebody else."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import User
from registry.services.holdings import Kind, Move, Rows, declare
from registry.services.own_holdings import hand_field
from reviews.models import ActionItem, ChaseCalendar
from reviews.models.actions import CHASED
from reviews.services.action_states import locked, save, say


def declare_own() -> None:
    declare(KINDS, place=3)


def _seen(rows: Rows, user: User) -> Rows:
    return rows.filter(pk__in=ActionItem.objects.visible_to(user).values("pk"))


def _hand_actions(moves: Sequence[Move]) -> None:
    for move in moves:
        if move.successor is None:
            continue
        action = locked(move.record)
        action.assignee = move.successor
        save(action)
        words = {"action": action, "name": move.successor, "was": move.person}
        say(action, _("%(action)s is now for %(name)s, in place of %(was)s") % words, by=move.by, at=move.at)


def _newest_calendar() -> Q:
    return Q(pk__in=ChaseCalendar.objects.order_by("-number").values("pk")[:1])


KINDS = (
    Kind(
        "action", gettext_lazy("Owner of an action item"), ActionItem, "assignee", lambda: Q(state__in=CHASED), str,
        ActionItem.get_absolute_url, _hand_actions, seen=_seen,
    ),
    Kind(
        "chase-calendar", gettext_lazy("Owner of the chase calendar"), ChaseCalendar, "owner", _newest_calendar, str,
        lambda _row: "", hand_field,
    ),
)  # fmt: skip
