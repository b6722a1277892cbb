"""How severe an incident is: what is known in, a proposal with its reasons out. A person confirms it.

Sources: the three-level scale and its two first inputs, harm and reversibility, from the operational playbook;
"unsure is SEV-2, the lead lowers it" and the source triggers from the response-plan paper; blast radius, exposure,
recurrence, autonomy and uncertainty from the incident-response paper. The rules themselves are in `severity_rules`.
"""

from incidents.severity_inputs import (
    Autonomy,
    BlastRadius,
    Category,
    DataInvolved,
    Exposure,
    Harm,
    Proposal,
    Recurrence,
    Reversibility,
    SeverityInputs,
)
from incidents.severity_rules import RULES, RULES_VERSION
from registry.severities import Severity

__all__ = [
    "Autonomy",
    "BlastRadius",
    "Category",
    "DataInvolved",
    "Exposure",
    "Harm",
    "Proposal",
    "Recurrence",
    "Reversibility",
    "Severity",
    "SeverityInputs",
    "propose",
]


def propose(known: SeverityInputs) -> Proposal:
    """The severity of the first rule that holds, with every rule that holds as a reason. There is always one."""
    fired = [rule for rule in RULES if rule.holds(known)]
    severity = fired[0].severity
    return Proposal(
        severity=severity,
        reasons=tuple(str(rule.reason) for rule in fired),
        fired=tuple(rule.key for rule in fired),
        uncertain=known.unsure,
        weight=_weight(known),
        category=_category(known, severity),
        rules_version=RULES_VERSION,
    )


def _weight(known: SeverityInputs) -> int:
    """Lexicographic: undoable or not, then harm, then spread, exposure and the rest. Each digit has room to spare."""
    lasting = known.reversibility.rank if known.harm.reaches(Harm.DEGRADED) else 0
    digits = (
        int(lasting == Reversibility.IRREVERSIBLE.rank),
        known.harm.rank,
        lasting,
        known.blast_radius.rank,
        known.exposure.rank,
        known.data.rank,
        known.recurrence.rank,
        known.autonomy.rank,
    )
    return sum(digit * 10**place for place, digit in enumerate(reversed(digits)))


def _category(known: SeverityInputs, severity: Severity) -> Category:
    """Below the line of an incident is only what would be SEV-3 anyway."""
    if severity is not Severity.SEV3:
        return Category.INCIDENT
    if known.near_miss:
        return Category.NEAR_MISS
    small = known.exposure is Exposure.INTERNAL and known.data is DataInvolved.NONE
    slight = known.harm is Harm.DEGRADED and known.reversibility is Reversibility.EASY
    return Category.QUALITY_ISSUE if small and slight and known.recurrence is Recurrence.FIRST else Category.INCIDENT
