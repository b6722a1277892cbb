"""What the answers so far come to, for the panel beside the questionnaire; nothing is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.ai_act import classify
from registry.contradictions import Contradiction, Known, contradictions
from registry.models import Workflow
from registry.reports import ai_act, tiers
from registry.risk_areas import Area, Level
from registry.services.assessments import explanation_of, result_of, rule_set_in_force
from registry.services.assessments_act import finding_record
from registry.services.known_facts import known_of
from registry.tiering import Unanswered


@dataclass(frozen=True)
class Panel:
    """`result` is missing while an area in `missing` has no answer."""

    result: tiers.Reading | None
    missing: tuple[str, ...]
    act: ai_act.Reading
    is_act_open: bool
    contradictions: tuple[Contradiction, ...]


def panel_of(
    workflow: Workflow,
    answers: Mapping[str, Mapping[str, Any]],
    act_answers: Mapping[str, Mapping[str, Any]],
    *,
    at: datetime,
) -> Panel:
    """`answers` and `act_answers` as a draft holds them; levels that are none are left out."""
    levels = {area: str(answers.get(area, {}).get("level", "")) for area in Area}
    known = {str(area): answers[area] for area, level in levels.items() if level in list(Level)}
    found = classify(act_answers, at.date())
    act = ai_act.read(found.ai_act, finding_record(found))
    try:
        made = result_of(known, found.ai_act, rule_set_in_force(at))
        result = tiers.read(made.tier, explanation_of(made, known), known, act.ground)
        missing: tuple[str, ...] = ()
    except Unanswered as unanswered:
        result, missing = None, tuple(area.label for area in unanswered.areas)
    odd = doubts(answers, act_answers, known_of(workflow), at=at)
    return Panel(result, missing, act, found.is_open, tuple(odd))


def doubts(
    answers: Mapping[str, Mapping[str, Any]],
    act_answers: Mapping[str, Mapping[str, Any]],
    known: Known,
    *,
    at: datetime,
) -> list[Contradiction]:
    """Where answers do not fit each other or what is known of the workflow."""
    given = {area: answers[area] for area in Area if answers.get(area, {}).get("level", "") in list(Level)}
    return contradictions(
        {area: Level(answer["level"]) for area, answer in given.items()},
        {area: str(answer.get("reason", "")) for area, answer in given.items()},
        act_answers,
        classify(act_answers, at.date()).ai_act,
        known,
    )
