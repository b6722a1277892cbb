"""Checks that ask whether capabilities are there which the newest assessment asks for."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry import proofs
from registry.readiness.check import Run, does_not_apply, met, not_met, stale
from registry.readiness.facts import CapabilityFact, Facts
from registry.readiness.outcome import Evidence, Outcome, Result


def asked(*keys: str) -> Run:
    """Each of `keys` that is asked for is met by evidence that is not too old, or its lack is accepted."""

    def run(facts: Facts, now: datetime) -> Outcome:
        return _judge([fact for fact in facts.capabilities if fact.key in keys], facts.tier, now)

    return run


def result_of(fact: CapabilityFact, tier: str, now: datetime) -> Result:
    if fact.met_at is not None and proofs.CAPABILITY.is_stale(fact.met_at, now, tier):
        return Result.STALE
    if fact.met_at is not None and fact.is_shown(now):
        return Result.MET
    if fact.accepted_until is not None and now <= fact.accepted_until:
        return Result.ACCEPTED
    return Result.NOT_MET if fact.met_at is None else Result.STALE


def _judge(wanted: Collection[CapabilityFact], tier: str, now: datetime) -> Outcome:
    if not wanted:
        return does_not_apply(_("The assessment asks for none of these."))
    results = {fact: result_of(fact, tier, now) for fact in wanted}
    worst = min(results.values(), key=lambda result: result.rank)
    evidence = [_evidence(fact, result) for fact, result in results.items() if result is not Result.NOT_MET]
    lacking = [_evidence(fact, result) for fact, result in results.items() if result is Result.NOT_MET]
    if worst is Result.NOT_MET:
        words = ngettext("%(n)d of %(all)d is missing.", "%(n)d of %(all)d are missing.", len(lacking))
        return not_met(words % {"n": len(lacking), "all": len(wanted)}, evidence, lacking)
    if worst is Result.STALE:
        return stale(_what_is_old([fact for fact, result in results.items() if result is Result.STALE], now), evidence)
    if worst is Result.ACCEPTED:
        return Outcome(Result.ACCEPTED, _("What is missing is accepted for a time."), tuple(evidence))
    return met(_("All that are asked for are met."), evidence)


def _what_is_old(old: Collection[CapabilityFact], now: datetime) -> str:
    """What is behind those whose proof is stale."""
    unshown = sum(not fact.is_shown(now) for fact in old)
    if unshown:
        words = ngettext(
            "No fresh proof of the containment options behind %(n)d.",
            "No fresh proof of the containment options behind %(n)d.",
            unshown,
        )
        return words % {"n": unshown}
    words = ngettext("The evidence of %(n)d is too old.", "The evidence of %(n)d is too old.", len(old))
    return words % {"n": len(old)}


def _evidence(fact: CapabilityFact, result: Result) -> Evidence:
    at = fact.accepted_until if result is Result.ACCEPTED else fact.met_at
    return Evidence("capability", fact.key, fact.name, at, fact.how, is_stale=result is Result.STALE)
