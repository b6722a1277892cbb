"""Handing over what somebody answered for: one successor for all, or one for each; all of it in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import create_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Succession, User
from registry.policies import people as policies
from registry.services.holdings import Holding, Move, held_by, unseen_of

Chosen = Mapping[str, User | None]
"""Key of a holding → who takes it; None leaves it without anybody. What is not named goes to the one for all."""
NAMED = 30


@dataclass(frozen=True)
class Plan:
    """What will pass to whom. `left` stays without anybody; of `unseen` the planner is told the number alone."""

    moves: list[Move] = field(default_factory=list)
    left: list[Move] = field(default_factory=list)
    unseen: list[Holding] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """Who takes over, and why something stays without anybody."""

    successor: User | None = None
    successors: Chosen = field(default_factory=dict)
    without_reason: str = ""


def plan(person: User, choice: Choice, *, by: User, at: datetime, reason: str) -> Plan:
    """Raises `ValidationError` by field: `successor`, `without_reason`, or the key of a holding."""
    held = held_by(person, seen_by=by)
    if unknown := sorted(set(choice.successors) - {holding.key for holding in held}):
        raise Conflict(
            _("Meanwhile %(name)s no longer answers for %(key)s. Look again at what they hold.")
            % {"name": person.name, "key": unknown[0]}
        )
    _refuse_unfit(person, held, choice)
    found = Plan(unseen=list(unseen_of(person, by=by)))
    for holding in held:
        successor = choice.successors.get(holding.key, choice.successor)
        why = reason if successor else choice.without_reason.strip()
        move = Move(holding.kind, holding.record, person, successor, by, at, why)
        (found.moves if successor else found.left).append(move)
    if found.left and not choice.without_reason.strip():
        words = ngettext("%(n)s thing stays", "%(n)s things stay", len(found.left)) % {"n": len(found.left)}
        raise ValidationError(
            {"without_reason": _("%(things)s without anybody. Choose a successor, or say why.") % {"things": words}}
        )
    return found


def carry_out(found: Plan) -> None:
    """In the transaction of the caller, who has locked the person and said who acts."""
    for moves in _together(found.moves):
        moves[0].kind.hand(moves)
    for moves in _together(found.left):
        moves[0].kind.leave(moves)
    _enter([*found.moves, *found.left])
    _tell_successors(found.moves)


def leave_unseen(found: Plan, person: User, *, by: User, at: datetime, reason: str) -> None:
    """Nobody chose for these; whoever may see them hears of it from what they belong to."""
    moves = [Move(each.kind, each.record, person, None, by, at, reason) for each in found.unseen]
    for together in _together(moves):
        together[0].kind.leave(together)


@transaction.atomic
def hand_over(person: User, choice: Choice, *, by: User, at: datetime, reason: str) -> Plan:
    """What somebody who has left still answers for. What stays without anybody goes on being chased."""
    person = User.objects.select_for_update().get(pk=person.pk)
    require(policies.may_hand_over, by, person)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    found = plan(person, choice, by=by, at=at, reason=reason.strip())
    if not found.moves and not found.left:
        raise Conflict(_("%(name)s answers for nothing any more.") % {"name": person.name})
    with acting(user_id=by.pk, reason=reason):
        carry_out(found)
    return found


def _refuse_unfit(person: User, held: Sequence[Holding], choice: Choice) -> None:
    problems: dict[str, str] = {}
    for holding in held:
        own = holding.key in choice.successors
        successor = choice.successors[holding.key] if own else choice.successor
        if successor is None:
            continue
        if successor.pk == person.pk:
            problems[holding.key if own else "successor"] = _("Choose somebody else whose account is open.")
        elif not (fits := holding.kind.fits(successor)):
            problems[holding.key if own else "successor"] = fits.reason
    if problems:
        raise ValidationError(problems)


def _together(moves: Sequence[Move]) -> list[list[Move]]:
    """Moves that one call hands over: the same way, of the same kind of record."""

    def place(move: Move) -> tuple[str, str]:
        way: Callable[..., Any] = move.kind.hand
        return move.kind.label_lower, f"{way.__module__}.{way.__qualname__}"

    return [list(group) for _place, group in groupby(sorted(moves, key=place), key=place)]


def _enter(moves: Sequence[Move]) -> None:
    create_many(
        [
            Succession(
                person=move.person,
                kind=move.kind.key,
                object_type=move.kind.label_lower,
                object_id=str(move.record.pk),
                successor=move.successor,
                reason=move.reason,
                by=move.by,
                at=move.at,
            )
            for move in moves
        ]
    )


def _tell_successors(moves: Sequence[Move]) -> None:
    """Each once, with all that is theirs now."""
    theirs: dict[User, list[Move]] = defaultdict(list)
    for move in moves:
        if move.successor is not None:
            theirs[move.successor].append(move)
    for successor, own in theirs.items():
        person, at = own[0].person, own[0].at
        lines = [f"{move.kind.label}: {move.kind.title(move.record)}" for move in own[:NAMED]]
        if (more := len(own) - NAMED) > 0:
            lines.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
        tell(
            key=f"ownership:{person.pk}:{successor.pk}:{at.isoformat()}",
            kind="OWNERSHIP",
            recipient=successor,
            subject=_("You now answer for what %(name)s answered for") % {"name": person.name},
            body="\n".join([*lines, "", own[0].reason]),
            at=at,
            url=f"/people/{successor.pk}/",
            about=person,
        )
