"""What is decided about one output of a workflow during an incident, and the arithmetic of doing so for very many.

Pure: no database, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled


class Decision(Labelled):
    UNDECIDED = "UNDECIDED", gettext_lazy("Undecided")
    AFFECTED = "AFFECTED", gettext_lazy("Affected")
    AMBIGUOUS = "AMBIGUOUS", gettext_lazy("Ambiguous")
    UNAFFECTED = "UNAFFECTED", gettext_lazy("Unaffected")


class Moved(Labelled):
    """Whether something was done with the output further down: a letter sent, money paid, a record changed."""

    UNKNOWN = "UNKNOWN", gettext_lazy("Not known")
    YES = "YES", gettext_lazy("Moved downstream")
    NO = "NO", gettext_lazy("Stayed here")


class Remedy(Labelled):
    NONE = "NONE", gettext_lazy("Nothing to put right")
    CORRECTION = "CORRECTION", gettext_lazy("Correct it")
    ROLLBACK = "ROLLBACK", gettext_lazy("Roll it back")
    RE_REVIEW = "RE_REVIEW", gettext_lazy("Review it again")


@dataclass(frozen=True)
class Standing:
    """What is known of one output: the decision, who decided, who found it ambiguous first, whether it is put right."""

    decision: str = Decision.UNDECIDED
    by: int | None = None
    first_by: int | None = None
    remedied: bool = False


def refusal(now: Standing, *, by: int, decision: str, remedy: str = Remedy.NONE, has_reason: bool = False) -> str:
    """Why this person may not decide so; empty when they may.

    An ambiguous output is settled by somebody else than who found it ambiguous. What was settled is decided anew only
    with a reason, and not at all once it was put right: the correction is out in the world.
    """
    was_ambiguous = now.decision == Decision.AMBIGUOUS
    is_settled = now.decision in (Decision.AFFECTED, Decision.UNAFFECTED)
    reasons = (
        (decision == Decision.UNDECIDED, _("Say affected, ambiguous or unaffected.")),
        (remedy != Remedy.NONE and decision != Decision.AFFECTED, _("Only what is affected is put right.")),
        (now.remedied, _("This was put right already, so the decision stands.")),
        (was_ambiguous and now.by == by, _("You found this ambiguous, so somebody else must look at it.")),
        (
            was_ambiguous and decision == Decision.AMBIGUOUS,
            _("The second look must end in affected or unaffected. In doubt, say affected."),
        ),
        (now.first_by == by, _("You found this ambiguous first, so somebody else must decide it.")),
        (is_settled and not has_reason, _("This was decided before. Say why it changes.")),
    )
    return next((sentence for stands, sentence in reasons if stands), "")


def shares(count: int, people: int) -> list[int]:
    """`count` things among `people`, as evenly as whole numbers allow: the first get one more."""
    if people < 1:
        raise ValueError("Nothing can be shared among nobody.")
    each, left = divmod(count, people)
    return [each + (number < left) for number in range(people)]


@dataclass(frozen=True)
class Tally:
    """How far an incident's outputs are. `moved` counts affected ones alone; `owed` what is still to be put right."""

    total: int = 0
    undecided: int = 0
    affected: int = 0
    ambiguous: int = 0
    unaffected: int = 0
    moved: int = 0
    owed: int = 0

    @property
    def is_settled(self) -> bool:
        """Everything decided, every second look taken, everything put right."""
        return not (self.undecided or self.ambiguous or self.owed)


def counted(rows: Sequence[tuple[str, str, str, bool]]) -> Tally:
    """The tally of (decision, moved, remedy, whether it was put right); what the database counts must equal it."""
    decisions = [row[0] for row in rows]
    affected = [row for row in rows if row[0] == Decision.AFFECTED]
    return Tally(
        total=len(rows),
        undecided=decisions.count(Decision.UNDECIDED),
        affected=len(affected),
        ambiguous=decisions.count(Decision.AMBIGUOUS),
        unaffected=decisions.count(Decision.UNAFFECTED),
        moved=sum(row[1] == Moved.YES for row in affected),
        owed=sum(row[2] != Remedy.NONE and not row[3] for row in affected),
    )
