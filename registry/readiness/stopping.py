"""What the checks of the part “stopped” look at. Sources: the containment ladder and rollback of the operational
playbook, and what it says about switches that need a deployment.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry import proofs
from registry.blast_radius import Reversibility, Validation
from registry.readiness.check import Run, does_not_apply, met, named, not_met, stale
from registry.readiness.facts import Facts, OptionFact
from registry.readiness.outcome import Evidence, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KILL: Final = "KILL_SWITCH"
BY_HAND: Final = "FALL_BACK_TO_HUMAN"
TOOL_OFF: Final = ("DISABLE_TOOL", "RESTRICT_PERMISSIONS", "PAUSE_PATHS")
REVIEWED: Final = ("FORCE_REVIEW", BY_HAND)
MILDER: Final = (
    "NARROW_SCOPE", "PAUSE_PATHS", "TIGHTEN_CONTROLS", "FORCE_REVIEW", "DISABLE_TOOL", "RESTRICT_INPUTS",
    "BLOCK_SOURCE", "RESTRICT_PERMISSIONS", "SWITCH_PROVIDER", "DEGRADE",
)  # fmt: skip
MOST_MINUTES: Final = {"T1": 15, "T2": 60, "T3": 240, "T4": 1440}
"""Minutes until it has stopped, by tier. A switch that needs a deployment is an outage with extra steps."""


def stops(facts: Facts) -> list[OptionFact]:
    """What ends the harm for certain: a kill switch; below T2 also handing all work to people."""
    is_high = (facts.tier or proofs.UNJUDGED) in ("T1", "T2")
    return list(facts.options_of(KILL) if is_high else facts.options_of(KILL, BY_HAND))


def can_stop(facts: Facts, now: datetime) -> Outcome:
    found = stops(facts)
    if not found:
        return not_met(_("No option stops it for certain."))
    return met(_("It can be stopped without knowing why it went wrong."), [_option(option) for option in found])


def was_stopped(facts: Facts, now: datetime) -> Outcome:
    proven = [option for option in stops(facts) if option.proven_at is not None]
    fresh = [option for option in proven if not proofs.OPTION.is_stale(option.proven_at, now, facts.tier)]
    if fresh:
        return met(_("Stopping it was proven lately."), [_option(option) for option in fresh])
    if proven:
        lasts = proofs.OPTION.lasts(facts.tier)
        words = _("Stopping it was proven, but more than %(days)d days ago.") % {"days": lasts.days if lasts else 0}
        return stale(words, [_option(option, is_stale=True) for option in proven])
    return not_met(_("Stopping it was never proven."))


def stops_fast(facts: Facts, now: datetime) -> Outcome:
    found = stops(facts)
    if not found:
        return not_met(_("There is nothing that stops it."))
    fastest = min(found, key=lambda option: option.minutes)
    most = MOST_MINUTES[facts.tier or proofs.UNJUDGED]
    words = {"n": fastest.minutes, "most": most}
    if fastest.minutes > most:
        return not_met(_("It takes %(n)d minutes; at this tier at most %(most)d.") % words, [_option(fastest)])
    return met(_("It takes %(n)d minutes; at this tier at most %(most)d.") % words, [_option(fastest)])


def load_is_carried(facts: Facts, now: datetime) -> Outcome:
    found = [option for option in stops(facts) if option.has_carrier]
    if not found:
        return not_met(_("Nothing says what does the work while it is stopped."))
    return met(_("It is settled what does the work while it is stopped."), [_option(option) for option in found])


def has_option(kinds: tuple[str, ...], yes: "StrPromise", no: "StrPromise") -> Run:
    def run(facts: Facts, now: datetime) -> Outcome:
        found = [_option(option) for option in facts.options_of(*kinds)]
        return met(yes, found) if found else not_met(no)

    return run


def tools_go_off(facts: Facts, now: datetime) -> Outcome:
    if not any(surface.kind == "TOOL" for surface in facts.surfaces):
        return does_not_apply(_("It uses no tool."))
    found = [_option(option) for option in facts.options_of(*TOOL_OFF)]
    if not found:
        return not_met(_("No option takes a tool or its permissions away while the rest goes on."))
    return met(_("A tool or its permissions can be taken away while the rest goes on."), found)


def goes_back(facts: Facts, now: datetime) -> Outcome:
    if not facts.surfaces:
        return not_met(_("What it runs on is not on record, so nothing can be put back."))
    lacking = [named("surface", surface) for surface in facts.surfaces if not surface.known_good]
    good = [named("surface", surface, how=surface.known_good) for surface in facts.surfaces if surface.known_good]
    if lacking:
        words = ngettext(
            "%(n)d surface has no version to go back to.", "%(n)d surfaces have no version to go back to.", len(lacking)
        )
        return not_met(words % {"n": len(lacking)}, good, lacking)
    return met(_("Every surface has a version that is known to be good."), good)


def guarded(facts: Facts, now: datetime) -> Outcome:
    if not facts.downstream:
        return does_not_apply(_("No downstream action is on record."))
    bare = [
        action
        for action in facts.downstream
        if action.reversibility == Reversibility.IRREVERSIBLE and action.validation == Validation.NONE
    ]
    evidence = [named("downstream", action) for action in facts.downstream if action not in bare]
    if bare:
        words = ngettext(
            "%(n)d action cannot be undone and nothing checks it first.",
            "%(n)d actions cannot be undone and nothing checks them first.",
            len(bare),
        )
        return not_met(words % {"n": len(bare)}, evidence, [named("downstream", action) for action in bare])
    return met(_("Nothing that cannot be undone happens unchecked."), evidence)


def rehearsed(facts: Facts, now: datetime) -> Outcome:
    held = facts.exercise
    if held is None:
        return not_met(_("No exercise with it got as far as containment."))
    is_stale = proofs.EXERCISE.is_stale(held.held_at, now, facts.tier)
    evidence = [named("incident", held, held.held_at, is_stale=is_stale)]
    if is_stale:
        return stale(_("The last exercise was too long ago."), evidence)
    return met(_("People have contained it in an exercise lately."), evidence)


def has_playbook(facts: Facts, now: datetime) -> Outcome:
    found = facts.playbook
    if found is None:
        return not_met(_("Nobody has written down what to do before it fails."))
    if not found.is_whole:
        return not_met(_("The playbook leaves questions open."), (), [named("playbook", found)])
    is_stale = proofs.PLAYBOOK.is_stale(found.reviewed_at, now, facts.tier)
    evidence = [named("playbook", found, found.reviewed_at, is_stale=is_stale)]
    if is_stale:
        return stale(_("Nobody has looked through the playbook for a year, or ever."), evidence)
    return met(_("The playbook answers every question, and somebody looked through it."), evidence)


def _option(option: OptionFact, *, is_stale: bool = False) -> Evidence:
    return named("option", option, option.proven_at, how=option.how, is_stale=is_stale)
