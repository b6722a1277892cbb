"""Would somebody notice that it goes wrong? Sources: the operational playbook's detection layer and inventory."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry import proofs
from registry.readiness.asked import asked
from registry.readiness.check import ALL, HIGH, UPPER, Check, does_not_apply, met, named, not_met, only_name, stale
from registry.readiness.facts import Facts, SignalFact
from registry.readiness.outcome import Evidence, Outcome, Part
from registry.readiness.references import BUILDERS, FUNDING, act, iso, nist
from registry.risk_areas import Area, Level
from registry.watching import MONITORS, missing_monitors

MONITORS_NEEDED: Final = {"T1": 4, "T2": 2, "T3": 1, "T4": 1}
"""Kinds of monitors by tier: each sees another sort of failure, and what is critical must not depend on one of them."""


def owned(facts: Facts, now: datetime) -> Outcome:
    owner = facts.business_owner
    if owner is None:
        return not_met(_("No business owner is named."))
    if not owner.is_here:
        return not_met(_("%(name)s has left.") % {"name": owner.name})
    return met(_("%(name)s answers for it.") % {"name": owner.name}, [named("person", owner)])


def covered(facts: Facts, now: datetime) -> Outcome:
    people = [person for person in (facts.technical_owner, facts.deputy) if person is not None and person.is_here]
    lacking = [
        only_name(name)
        for name, person in ((_("Technical owner"), facts.technical_owner), (_("Deputy"), facts.deputy))
        if person is None or not person.is_here
    ]
    evidence = [named("person", person) for person in people]
    if lacking:
        return not_met(_("Not everybody who would be called is named and still here."), evidence, lacking)
    return met(_("A technical owner and a deputy can be called."), evidence)


def assessed(facts: Facts, now: datetime) -> Outcome:
    judged = facts.assessment
    if judged is None:
        return not_met(_("Nobody has judged how far it can hurt."))
    found = Evidence("assessment", judged.key, str(_("Assessment")), judged.assessed_at)
    if proofs.ASSESSMENT.is_stale(judged.assessed_at, now, facts.tier):
        return stale(_("It was judged so long ago that it should be judged again."), [found])
    return met(_("It is judged, with a reason for each answer."), [found])


def watched(facts: Facts, now: datetime) -> Outcome:
    if not facts.signals:
        return not_met(_("Nothing and nobody would tell: it is blind."))
    return met(
        ngettext("%(n)d signal is in use.", "%(n)d signals are in use.", len(facts.signals))
        % {"n": len(facts.signals)},
        [named("signal", signal, signal.proven_at) for signal in facts.signals],
    )


def monitors(facts: Facts, now: datetime) -> Outcome:
    found = _monitors(facts)
    kinds = {signal.kind for signal in found}
    needed = MONITORS_NEEDED[facts.tier or proofs.UNJUDGED]
    words = {"n": len(kinds), "needed": needed}
    evidence = [named("signal", signal, signal.proven_at) for signal in found]
    if len(kinds) < needed:
        missing = [only_name(monitor.label) for monitor in missing_monitors(kinds)]
        return not_met(_("Kinds of monitors: %(n)d. This tier needs %(needed)d.") % words, evidence, missing)
    return met(_("Kinds of monitors: %(n)d. This tier needs %(needed)d.") % words, evidence)


def fires(facts: Facts, now: datetime) -> Outcome:
    proven = [signal for signal in _monitors(facts) if signal.proven_at is not None]
    fresh = [signal for signal in proven if not proofs.SIGNAL.is_stale(signal.proven_at, now, facts.tier)]
    if fresh:
        return met(_("A monitor was shown to fire lately."), [_proof(signal, is_stale=False) for signal in fresh])
    if proven:
        return stale(
            _("Every monitor was shown to fire so long ago that it may have fallen silent."),
            [_proof(signal, is_stale=True) for signal in proven],
        )
    return not_met(_("No monitor was ever shown to fire."))


def heard(facts: Facts, now: datetime) -> Outcome:
    found = [signal for signal in facts.signals if signal.kind not in MONITORS]
    if not found:
        return not_met(_("No way is on record by which people would report what they see."))
    return met(_("People have a way to report what they see."), [named("signal", signal) for signal in found])


def reach_known(facts: Facts, now: datetime) -> Outcome:
    if facts.downstream:
        number = len(facts.downstream)
        words = ngettext("%(n)d downstream action is on record.", "%(n)d downstream actions are on record.", number)
        return met(words % {"n": number}, [named("downstream", action) for action in facts.downstream])
    if facts.level(Area.AUTONOMY) == Level.LOW:
        return does_not_apply(_("It recommends; a person does whatever follows."))
    return not_met(_("What it can set off in other systems and for people is not on record."))


def _monitors(facts: Facts) -> list[SignalFact]:
    return [signal for signal in facts.signals if signal.kind in MONITORS]


def _proof(signal: SignalFact, *, is_stale: bool) -> Evidence:
    return named("signal", signal, signal.proven_at, how=signal.how, is_stale=is_stale)


CHECKS: Final = (
    Check(
        "OWNED",
        Part.SEEN,
        _("A business owner"),
        _("One person who is still here answers for what it does."),
        owned,
        "people",
        pilot=ALL,
        questions=(FUNDING[2],),
        references=(nist("GOVERN 2.1"), iso("A.3.2")),
    ),
    Check(
        "ASSESSED",
        Part.SEEN,
        _("A risk tier"),
        _("The seven areas are answered with reasons, and not long ago."),
        assessed,
        "tier",
        pilot=ALL,
        questions=(FUNDING[1],),
        references=(nist("GOVERN 1.6"), nist("MAP 5.1"), iso("A.4.2"), iso("A.5.2"), act("Art. 6")),
    ),
    Check(
        "COVERED",
        Part.SEEN,
        _("A technical owner and a deputy"),
        _("Somebody can be called when the business owner cannot."),
        covered,
        "people",
        production=HIGH,
        references=(nist("GOVERN 2.1"), iso("A.3.2")),
    ),
    Check(
        "WATCHED",
        Part.SEEN,
        _("A signal"),
        _("At least one signal with an owner and a threshold is in use."),
        watched,
        "signals",
        pilot=ALL,
        references=(nist("MEASURE 2.4"), nist("MANAGE 4.1"), iso("A.6.2.6"), act("Art. 26(5)")),
    ),
    Check(
        "MONITORS",
        Part.SEEN,
        _("Enough kinds of monitors"),
        _("Outputs, inputs, samples held against the truth, downstream actions: as many as the tier needs."),
        monitors,
        "signals",
        production=UPPER,
        references=(nist("MEASURE 2.4"), nist("MEASURE 3.1"), iso("A.6.2.6")),
    ),
    Check(
        "FIRES",
        Part.SEEN,
        _("A monitor that was shown to fire"),
        _("Somebody made a monitor fire, and not long ago."),
        fires,
        "signals",
        production=HIGH,
        references=(nist("MEASURE 2.4"),),
    ),
    Check(
        "HEARD",
        Part.SEEN,
        _("A way for people to report"),
        _("Complaints, audits, security alerts or reports of staff reach somebody."),
        heard,
        "signals",
        production=UPPER,
        references=(nist("MEASURE 3.3"), iso("A.3.3")),
    ),
    Check(
        "TRACED",
        Part.SEEN,
        _("Traces and alerts that the assessment asks for"),
        _("Logs, trace ids, tool-level logging and monitoring alerts, as far as they are asked for."),
        asked("TRACE_IDS", "LOGS", "TOOL_LOGGING", "MONITORING_ALERT"),
        "gaps",
        pilot=HIGH,
        production=UPPER,
        questions=(BUILDERS[1], FUNDING[4]),
        references=(iso("A.6.2.8"), act("Art. 12"), act("Art. 26(6)")),
    ),
    Check(
        "REACH_KNOWN",
        Part.SEEN,
        _("What it can set off"),
        _("Each action in another system or for people is on record."),
        reach_known,
        "signals",
        production=UPPER,
        questions=(BUILDERS[6],),
        references=(nist("MAP 5.1"),),
    ),
)
