"""From facts to findings: every check answered, what of it is demanded, and how long that stays so without a change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from registry import proofs
from registry.readiness import explained, improved, seen, stopped
from registry.readiness.check import Check
from registry.readiness.facts import Facts
from registry.readiness.outcome import Outcome, Part, Readiness, readiness
from registry.readiness.references import Reference

CHECKS: Final = (*seen.CHECKS, *stopped.CHECKS, *explained.CHECKS, *improved.CHECKS)


@dataclass(frozen=True)
class Finding:
    """The answer to one check. `is_demanded`: at this tier and stage."""

    check: Check
    outcome: Outcome
    is_demanded: bool
    references: tuple[Reference, ...]
    """Those that truly apply to this workflow."""

    @property
    def fails(self) -> bool:
        """Demanded, and neither met nor accepted."""
        return self.is_demanded and not self.outcome.result.passes


@dataclass(frozen=True)
class Judgement:
    """`until`: nothing changes by age alone up to and including this moment; nothing where nothing ages."""

    findings: tuple[Finding, ...]
    until: datetime | None

    def of(self, part: Part) -> list[Finding]:
        return [finding for finding in self.findings if finding.check.part is part]

    def part(self, part: Part) -> Readiness:
        return readiness(finding.outcome.result for finding in self.of(part) if finding.is_demanded)

    @cached_property
    def whole(self) -> Readiness:
        return readiness(finding.outcome.result for finding in self.findings if finding.is_demanded)

    @cached_property
    def failing(self) -> list[Finding]:
        """In the order of the checks."""
        return [finding for finding in self.findings if finding.fails]


def judge(facts: Facts, now: datetime, *, stage: str = "") -> Judgement:
    """`stage`: judge as if it stood there already, such as PRODUCTION before it goes live."""
    at_stage = stage or facts.stage
    ai_act_class = facts.assessment.ai_act_class if facts.assessment is not None else ""
    findings = tuple(
        Finding(
            check,
            check.run(facts, now),
            check.is_demanded(facts.tier, at_stage),
            tuple(reference for reference in check.references if reference.fits(ai_act_class)),
        )
        for check in CHECKS
    )
    return Judgement(findings, min((moment for moment in _ends(facts) if moment >= now), default=None))


def _ends(facts: Facts) -> Iterator[datetime]:
    """Every moment up to which something holds that lapses by age alone."""
    for age, proven in (
        *((proofs.SIGNAL, signal.proven_at) for signal in facts.signals),
        *((proofs.OPTION, option.proven_at) for option in facts.options),
        *((proofs.CAPABILITY, capability.met_at) for capability in facts.capabilities),
        (proofs.ASSESSMENT, facts.assessment.assessed_at if facts.assessment else None),
        (proofs.BASELINE, facts.baseline.approved_at if facts.baseline else None),
        (proofs.PLAYBOOK, facts.playbook.reviewed_at if facts.playbook else None),
        (proofs.EXERCISE, facts.exercise.held_at if facts.exercise else None),
    ):
        end = age.until(proven, facts.tier) if proven is not None else None
        if end is not None:
            yield end
    for moment in (
        *(person.here_until for person in facts.people),
        facts.review_until,
        facts.attest_until,
        *(capability.accepted_until for capability in facts.capabilities),
        *(capability.shown_until for capability in facts.capabilities),
        *(incident.review_until for incident in facts.incidents if not incident.is_reviewed),
        *(action.due_until for action in facts.actions),
        *(condition.due_until for condition in facts.conditions),
    ):
        if moment is not None:
            yield moment
