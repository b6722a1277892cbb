"""Which workflows a version of the tier rules would move, and moving them when it is in force.

The newest answers of each workflow are read in one pass, level by level and without their reasons; of what is found
only the counts and one page of rows are kept, however many workflows there are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.kernel.audit.context import acting
from registry.models import TierAssessment, TierRuleSet, Workflow
from registry.risk_areas import Area, Level
from registry.services.assessments import newest_assessment, put_in_force, rule_set_in_force, tier_of
from registry.tiering import tier_of as tier_by

SETTLING = timedelta(minutes=1)
"""An assessment begun by the version before may be stored this long after the new one took effect."""
AT_ONCE = 5000


@dataclass(frozen=True)
class Move:
    workflow_id: int
    old: str
    new: str


@dataclass(frozen=True)
class Preview:
    """`counts`: (from, to) → workflows. `rows` is the page asked for, `assessed` all workflows that have a tier."""

    counts: dict[tuple[str, str], int]
    assessed: int
    rows: list[tuple[Workflow, Move]]
    page: int
    per_page: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def is_paged(self) -> bool:
        return self.pages > 1


def moves(definition: Mapping[str, Any], on: date) -> Iterator[Move | None]:
    """For each assessed workflow, by number, the move these rules would make; None where its tier stays."""
    known: dict[tuple[str, ...], str] = {}
    for pk, current, ai_act, tier, status, until, *levels in _newest_answers().iterator(chunk_size=2000):
        key = (ai_act, *levels)
        if status == TierAssessment.OverrideStatus.APPROVED and (until is None or on <= until):
            new = tier
        elif key in known:
            new = known[key]
        else:
            answers = {area: Level(level) for area, level in zip(Area, levels, strict=True)}
            new = known[key] = tier_by(answers, AiActClass(ai_act), definition)
        yield Move(pk, current, new) if new != current else None


def preview(definition: Mapping[str, Any], *, at: datetime, page: int = 1, per_page: int = 50) -> Preview:
    counts: Counter[tuple[str, str]] = Counter()
    assessed, found = 0, []
    first = (page - 1) * per_page
    for move in moves(definition, at.date()):
        assessed += 1
        if move is None:
            continue
        if first <= counts.total() < first + per_page:
            found.append(move)
        counts[move.old, move.new] += 1
    workflows = Workflow.objects.in_bulk([move.workflow_id for move in found])
    rows = [(workflows[move.workflow_id], move) for move in found]
    return Preview(dict(sorted(counts.items())), assessed, rows, page, per_page)


def follow_rules(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Put the tiers in force that the rules in force give; how many workflows moved.

    Each workflow is a transaction of its own and moves only while it has another tier, so that running it twice, or
    again after a kill, changes nothing. A version is done once a whole pass found nothing to move.
    """
    rules = rule_set_in_force(at)
    if rules.followed_at is not None:
        return 0
    owed: list[int] = []
    for move in moves(rules.definition, at.date()):
        if move is not None and len(owed) < limit:
            owed.append(move.workflow_id)
    moved = sum(_follow(pk, rules, at) for pk in owed)
    if not owed and rules.effective_at is not None and at - rules.effective_at >= SETTLING:
        with acting(reason=_("Every workflow has its tier by these rules.")):
            rules.followed_at = at
            rules.save()
    return moved


@transaction.atomic
def _follow(pk: int, rules: TierRuleSet, at: datetime) -> bool:
    workflow = Workflow.objects.select_for_update().get(pk=pk)
    newest = newest_assessment(workflow)
    if newest is None:
        return False
    with acting(reason=_("%(rules)s took effect.") % {"rules": rules}):
        return put_in_force(workflow, tier_of(newest, at.date(), rules), at=at)


def _newest_answers() -> Any:
    rows = TierAssessment.objects.order_by("workflow_id", "-id").distinct("workflow_id")
    return rows.values_list(
        "workflow_id",
        "workflow__tier",
        "ai_act_class",
        "override_tier",
        "override_status",
        "override_until_date",
        *(KT(f"answers__{area}__level") for area in Area),
    )
