"""The severity rules, in the order they are tried: harm and reversibility first within each level.

Every rule can only become truer when an input becomes worse, so worse news never lowers the proposal.
`caught` is the one input that is better when true.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from incidents.severity_inputs import (
    Autonomy,
    BlastRadius,
    DataInvolved,
    Exposure,
    Harm,
    Recurrence,
    Reversibility,
    SeverityInputs,
)
from registry.severities import Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RULES_VERSION: Final = "1"


@dataclass(frozen=True)
class Rule:
    key: str
    severity: Severity
    holds: Callable[[SeverityInputs], bool]
    reason: "StrPromise"


def _put_right(known: SeverityInputs) -> bool:
    """A single case, undone, not seen before: the only contact with a customer that stays at SEV-3."""
    return (
        known.caught
        and known.blast_radius is BlastRadius.ONE_CASE
        and known.exposure is not Exposure.MANY_OR_PUBLIC
        and known.reversibility is Reversibility.EASY
        and known.recurrence is Recurrence.FIRST
    )


def _degraded(known: SeverityInputs) -> bool:
    return known.harm.reaches(Harm.DEGRADED)


def _material(known: SeverityInputs) -> bool:
    return known.harm.reaches(Harm.MATERIAL)


def _irreversible(known: SeverityInputs) -> bool:
    return known.reversibility is Reversibility.IRREVERSIBLE


def _reached_people(known: SeverityInputs) -> bool:
    return known.exposure.reaches(Exposure.SOME_CUSTOMERS)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "SERIOUS_HARM",
        Severity.SEV1,
        lambda known: known.harm is Harm.SERIOUS,
        _("The harm is serious or likely to become so."),
    ),
    Rule(
        "MATERIAL_AND_IRREVERSIBLE",
        Severity.SEV1,
        lambda known: _material(known) and _irreversible(known),
        _("The harm is material and cannot be undone."),
    ),
    Rule(
        "IRREVERSIBLE_AND_OUT",
        Severity.SEV1,
        lambda known: (
            _degraded(known)
            and _irreversible(known)
            and (_reached_people(known) or known.blast_radius.reaches(BlastRadius.SEGMENT))
        ),
        _("It cannot be undone and has reached customers or more than one case; how wrong it was matters less."),
    ),
    Rule(
        "ACTIVE_EXPLOITATION",
        Severity.SEV1,
        lambda known: known.active_exploitation,
        _("Someone is exploiting the weakness now."),
    ),
    Rule(
        "WRONG_TO_MANY",
        Severity.SEV1,
        lambda known: _degraded(known) and known.exposure is Exposure.MANY_OR_PUBLIC,
        _("Wrong results have reached many people or the public."),
    ),
    Rule(
        "MATERIAL_BEYOND_WORKFLOW",
        Severity.SEV1,
        lambda known: _material(known) and known.blast_radius is BlastRadius.BEYOND,
        _("Material harm has spread beyond the workflow."),
    ),
    Rule(
        "SPECIAL_DATA_REACHED_PEOPLE",
        Severity.SEV1,
        lambda known: _material(known) and _reached_people(known) and known.data is DataInvolved.SPECIAL,
        _("Special-category or confidential data is involved in material harm outside the house."),
    ),
    Rule(
        "PATTERN_REACHED_PEOPLE",
        Severity.SEV1,
        lambda known: _material(known) and _reached_people(known) and known.recurrence is Recurrence.PATTERN,
        _("Material harm to customers keeps coming back."),
    ),
    Rule(
        "MATERIAL_RECOVERABLE",
        Severity.SEV2,
        _material,
        _("The harm is material."),
    ),
    Rule(
        "CANNOT_BE_UNDONE",
        Severity.SEV2,
        lambda known: _degraded(known) and _irreversible(known),
        _("The result was wrong and what followed cannot be undone."),
    ),
    Rule(
        "SPREAD",
        Severity.SEV2,
        lambda known: _degraded(known) and known.blast_radius.reaches(BlastRadius.WORKFLOW),
        _("The whole workflow is affected, or more."),
    ),
    Rule(
        "LIMITED_CUSTOMERS",
        Severity.SEV2,
        lambda known: _degraded(known) and _reached_people(known) and not _put_right(known),
        _("Customers have been reached by wrong results."),
    ),
    Rule(
        "SENSITIVE_DATA",
        Severity.SEV2,
        lambda known: _degraded(known) and known.data.reaches(DataInvolved.PERSONAL),
        _("Personal or confidential data is involved."),
    ),
    Rule(
        "PATTERN",
        Severity.SEV2,
        lambda known: known.recurrence is Recurrence.PATTERN,
        _("It keeps happening, near misses included; the next one may not be caught."),
    ),
    Rule(
        "ACTS_ALONE_AT_A_COST",
        Severity.SEV2,
        lambda known: (
            _degraded(known)
            and known.autonomy is Autonomy.ACTS_ALONE
            and known.reversibility.reaches(Reversibility.AT_A_COST)
        ),
        _("The workflow acts alone and what it does is costly to undo."),
    ),
    Rule(
        "REGULATOR_INQUIRY",
        Severity.SEV2,
        lambda known: known.regulator_inquiry,
        _("A regulator or auditor is asking."),
    ),
    Rule(
        "UNSURE",
        Severity.SEV2,
        lambda known: known.unsure,
        _("Whoever declared it is unsure, so it starts at SEV-2 and the incident lead may lower it."),
    ),
    Rule(
        "NEAR_MISS",
        Severity.SEV3,
        lambda known: known.near_miss,
        _("It was stopped before it harmed anyone; worth a look."),
    ),
    Rule(
        "CASE_PUT_RIGHT",
        Severity.SEV3,
        lambda known: _degraded(known) and _put_right(known),
        _("A single case, already put right."),
    ),
    Rule(
        "ANOMALY",
        Severity.SEV3,
        lambda known: not _degraded(known),
        _("Something is unusual, but no harm is confirmed."),
    ),
    Rule(
        "LIMITED_AND_BEARABLE",
        Severity.SEV3,
        _degraded,
        _("Some results were wrong or worse than they should be."),
    ),
)
