"""A tier assessment in words: why this tier, what would change it, what it asks for, what differs from the last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.capabilities import CAPABILITIES, Capability
from registry.models import TierAssessment
from registry.models.workflow_words import Tier
from registry.reports import ai_act
from registry.risk_areas import Area, Level

EU_AI_ACT = "EU AI Act"


@dataclass(frozen=True)
class Reason:
    """One answer: the area (or the EU AI Act), its level in words, what that looks like, and the reason typed."""

    subject: str
    level: str
    symbol: str
    meaning: str
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """If `subject` were `level`, the tier would be `tier`."""

    subject: str
    level: str
    tier: str
    is_milder: bool


@dataclass(frozen=True)
class Reading:
    tier: str
    rule: str
    rule_set: str
    causes: tuple[Reason, ...]
    also: tuple[Reason, ...]
    milder: tuple[Turn, ...]
    worse: tuple[Turn, ...]
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True)
class Difference:
    subject: str
    old: str
    new: str


@dataclass(frozen=True)
class Judgement:
    """One assessment in the list of all of them, with what changed since the one before."""

    assessment: TierAssessment
    answers: tuple[Reason, ...]
    act: ai_act.Reading | None
    act_answers: tuple[ai_act.Answered, ...]
    differences: tuple[Difference, ...]
    is_first: bool


def read(tier: str, explanation: Mapping[str, Any], answers: Mapping[str, Any], act_reason: str = "") -> Reading:
    """`explanation` as `explanation_of` keeps it; rules may have changed since, so nothing is computed anew."""
    turns = tuple(_turn(change, tier) for change in explanation.get("changes", ()))
    keys = set(explanation.get("capabilities", ()))
    return Reading(
        tier=tier,
        rule=str(explanation.get("rule", "")),
        rule_set=str(explanation.get("rule_set", "")),
        causes=tuple(_reason(cause, answers, act_reason) for cause in explanation.get("causes", ())),
        also=tuple(_reason(cause, answers, act_reason) for cause in explanation.get("also", ())),
        milder=tuple(turn for turn in turns if turn.is_milder),
        worse=tuple(turn for turn in turns if not turn.is_milder),
        capabilities=tuple(capability for capability in CAPABILITIES if capability.key in keys),
    )


def read_assessment(assessment: TierAssessment) -> Reading:
    return read(assessment.computed_tier, assessment.explanation, assessment.answers, act_reason(assessment))


def act_reason(assessment: TierAssessment) -> str:
    """Why it has its class under the EU AI Act: what the person wrote, after the provision that decided."""
    found = act_of(assessment)
    return " ".join(part for part in (found.ground if found else "", assessment.ai_act_reason) if part)


def act_of(assessment: TierAssessment) -> ai_act.Reading | None:
    """The finding about the EU AI Act; nothing where the class was given without answers."""
    finding = assessment.ai_act_finding
    return ai_act.read(assessment.ai_act_class, finding) if finding else None


def judgements(newest_first: Sequence[TierAssessment]) -> list[Judgement]:
    """All assessments of one workflow, each compared with the one before it."""
    earlier = [*newest_first[1:], None][: len(newest_first)]
    return [
        Judgement(
            assessment=assessment,
            answers=tuple(answers_of(assessment)),
            act=act_of(assessment),
            act_answers=tuple(ai_act.answered(assessment.ai_act_answers)),
            differences=tuple(differences(assessment, before)) if before is not None else (),
            is_first=before is None,
        )
        for assessment, before in zip(newest_first, earlier, strict=True)
    ]


def answers_in_words(answers: Mapping[str, Any]) -> Iterable[Reason]:
    """All seven areas in their order, those without an answer too."""
    for area in Area:
        yield _reason({"area": area, "level": answers.get(area, {}).get("level", "")}, answers, "")


def answers_of(assessment: TierAssessment) -> Iterable[Reason]:
    yield from answers_in_words(assessment.answers)
    yield _reason({"area": None, "level": assessment.ai_act_class}, {}, act_reason(assessment))


def _reason(cause: Mapping[str, Any], answers: Mapping[str, Any], act_reason: str) -> Reason:
    symbol = str(cause["level"])
    if cause["area"] is None:
        return Reason(EU_AI_ACT, class_label(symbol), symbol, "", act_reason)
    area = Area(cause["area"])
    level = Level(symbol) if symbol in list(Level) else None
    return Reason(
        subject=area.label,
        level=level.label if level else _("Not answered"),
        symbol=symbol,
        meaning=area.signal(level) if level else "",
        reason=str(answers.get(area, {}).get("reason", "")),
        evidence=tuple(answers.get(area, {}).get("evidence", ())),
    )


def _turn(change: Mapping[str, Any], tier: str) -> Turn:
    reason = _reason(change, {}, "")
    return Turn(reason.subject, reason.level, str(change["tier"]), str(change["tier"]) > tier)


def differences(new: TierAssessment, old: TierAssessment) -> Iterable[Difference]:
    for after, before in zip(answers_of(new), answers_of(old), strict=True):
        if after.symbol != before.symbol:
            yield Difference(after.subject, before.level, after.level)
    if new.computed_tier != old.computed_tier:
        yield Difference(_("Tier by the rules"), _tier_label(old.computed_tier), _tier_label(new.computed_tier))


def class_label(symbol: str) -> str:
    return AiActClass(symbol).label if symbol in list(AiActClass) else symbol


def _tier_label(symbol: str) -> str:
    return str(dict(Tier.choices).get(symbol, symbol))
