"""Can one say afterwards why it did what it did?"""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry import proofs
from registry.approvals import Basis
from registry.readiness.asked import asked
from registry.readiness.check import ALL, HIGH, UPPER, Check, does_not_apply, met, named, not_met, only_name, stale
from registry.readiness.facts import Facts
from registry.readiness.outcome import Evidence, Outcome, Part
from registry.readiness.references import BUILDERS, FUNDING, act, iso, nist

DESCRIBED: Final = {
    "purpose": _("Purpose"),
    "outputs": _("Outputs"),
    "affected_people": _("Affected people"),
}


def described(facts: Facts, now: datetime) -> Outcome:
    lacking = [only_name(label) for name, label in DESCRIBED.items() if name not in facts.described]
    if lacking:
        return not_met(_("The entry does not say all of it."), lacking=lacking)
    return met(_("The entry says what it is for, what it produces and whom it touches."))


def recorded(facts: Facts, now: datetime) -> Outcome:
    if not facts.surfaces:
        return not_met(_("Nothing of what it runs on is on record."))
    lacking = [named("surface", surface) for surface in facts.surfaces if not surface.version]
    known = [named("surface", surface, how=surface.version) for surface in facts.surfaces if surface.version]
    if lacking:
        words = ngettext(
            "%(n)d surface has no version on record.", "%(n)d surfaces have no version on record.", len(lacking)
        )
        return not_met(words % {"n": len(lacking)}, known, lacking)
    return met(_("The version in use of every surface is on record."), known)


def as_approved(facts: Facts, now: datetime) -> Outcome:
    found = facts.baseline
    if found is None:
        return not_met(_("Nothing says what it may run on: no baseline is approved."))
    is_stale = proofs.BASELINE.is_stale(found.approved_at, now, facts.tier)
    evidence = [
        Evidence("baseline", found.key, _("Baseline %(n)d") % {"n": found.number}, found.approved_at, is_stale=is_stale)
    ]
    if found.drift:
        words = ngettext(
            "%(n)d surface differs from the approved baseline.",
            "%(n)d surfaces differ from the approved baseline.",
            found.drift,
        )
        return not_met(words % {"n": found.drift}, evidence)
    if is_stale:
        return stale(_("It runs as approved, but that was approved long ago."), evidence)
    return met(_("It runs as approved."), evidence)


def gated(facts: Facts, now: datetime) -> Outcome:
    if not facts.basis:
        return does_not_apply(_("It is not in production."))
    if facts.basis != Basis.GATE:
        return not_met(_("It is in production without anybody having agreed here that it goes live."))
    return met(_("Other people agreed that it goes live."))


def attested(facts: Facts, now: datetime) -> Outcome:
    signed = [Evidence("attestation", "", str(_("Attestation")), facts.attested_at)] if facts.attested_at else []
    if facts.attest_until is not None and now > facts.attest_until:
        return not_met(_("Its owner was asked to attest the entry, and the day for it has passed."), signed)
    if signed:
        return met(_("Its owner signed that the entry is true."), signed)
    return does_not_apply(_("Nobody had to attest it by now."))


CHECKS: Final = (
    Check(
        "DESCRIBED",
        Part.EXPLAINED,
        _("What it is for"),
        _("Purpose, outputs and the people it touches are written down."),
        described,
        "record",
        pilot=HIGH,
        production=UPPER,
        references=(nist("GOVERN 4.2"), iso("A.9.4")),
    ),
    Check(
        "ATTESTED",
        Part.EXPLAINED,
        _("The owner stands by the entry"),
        _("Whoever was asked to attest that it is true has done so by the day."),
        attested,
        "attestations",
        pilot=ALL,
        references=(nist("GOVERN 1.6"),),
    ),
    Check(
        "RECORDED",
        Part.EXPLAINED,
        _("What it runs on"),
        _("Model, prompt, sources and the rest are on record with the version in use."),
        recorded,
        "surfaces",
        pilot=HIGH,
        production=UPPER,
        questions=(BUILDERS[1],),
        references=(iso("A.4.2"),),
    ),
    Check(
        "AS_APPROVED",
        Part.EXPLAINED,
        _("It runs as approved"),
        _("A second person approved the versions in use, and nothing differs from them."),
        as_approved,
        "baselines",
        production=HIGH,
        references=(nist("MANAGE 4.1"), iso("A.6.2.6")),
    ),
    Check(
        "GATED",
        Part.EXPLAINED,
        _("Approved to go live"),
        _("It went into production by a granted request, or was approved afterwards."),
        gated,
        "gates",
        production=HIGH,
        references=(nist("GOVERN 2.3"), iso("A.6.2.5")),
    ),
    Check(
        "EVIDENCE",
        Part.EXPLAINED,
        _("Evidence as the assessment asks for"),
        _("Version records, evidence package and controls, redaction, access limits, retention."),
        asked(
            "VERSION_RECORDS", "EVIDENCE_PACKAGE", "EVIDENCE_CONTROLS", "REDACTION", "ACCESS_LIMITS", "RETENTION_POLICY"
        ),
        "gaps",
        pilot=HIGH,
        production=UPPER,
        questions=(BUILDERS[6], BUILDERS[8], FUNDING[5]),
        references=(iso("A.6.2.8"), act("Art. 12"), act("Art. 26(6)")),
    ),
)
