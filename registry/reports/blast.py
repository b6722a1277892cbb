"""What a workflow can set off, worst path first, numbered as in the picture of it, and the worst path in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.blast_radius import Reach, Reversibility, Validation, is_unchecked_harm, weight, worst_path
from registry.kernel.documents.rings import Point
from registry.models import DownstreamAction

IN_A_SENTENCE = {
    Reversibility.EASY: gettext_lazy("it is undone easily"),
    Reversibility.AT_A_COST: gettext_lazy("it is undone at a cost"),
    Reversibility.IRREVERSIBLE: gettext_lazy("it cannot be undone"),
    Validation.NONE: gettext_lazy("nothing checks it"),
    Validation.AUTOMATIC: gettext_lazy("an automatic check stands in front"),
    Validation.PERSON: gettext_lazy("a person approves it"),
    Reach.INTERNAL: gettext_lazy("it stays internal"),
    Reach.SOME_CUSTOMERS: gettext_lazy("it reaches some customers"),
    Reach.MANY_OR_PUBLIC: gettext_lazy("it reaches many or the public"),
}


@dataclass(frozen=True)
class Path:
    number: int
    """As in the picture."""
    action: DownstreamAction
    point: Point


def paths(actions: Iterable[DownstreamAction]) -> list[Path]:
    """Those in use, worst first."""
    active = sorted(
        (action for action in actions if action.is_active),
        key=lambda action: (not is_unchecked_harm(action), *(-part for part in weight(action)), action.pk),
    )
    return [Path(number, action, point_of(action)) for number, action in enumerate(active, start=1)]


def point_of(action: DownstreamAction) -> Point:
    return Point(
        ring=Reach(action.reach).rank,
        shape=Reversibility(action.reversibility).rank,
        gate=Validation(action.validation).rank,
        is_marked=is_unchecked_harm(action),
    )


def worst_sentence(found: Iterable[Path]) -> str:
    """Which path to look at first and why; empty when nothing is set off."""
    actions = [path.action for path in found]
    worst = worst_path(actions)
    if worst is None:
        return ""
    text = _("Worst path: %(name)s in %(system)s; %(reversibility)s, %(validation)s and %(reach)s.") % {
        "name": f"“{worst.name}”",
        "system": worst.target_system,
        "reversibility": IN_A_SENTENCE[Reversibility(worst.reversibility)],
        "validation": IN_A_SENTENCE[Validation(worst.validation)],
        "reach": IN_A_SENTENCE[Reach(worst.reach)],
    }
    more = sum(is_unchecked_harm(action) for action in actions) - 1
    if more > 0:
        text += " " + ngettext("%(n)s more is like it.", "%(n)s more are like it.", more) % {"n": more}
    return text
