"""What is asked about an incident to judge its severity, and the shape of the answer."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled, Ordered
from registry.severities import Severity


class Harm(Ordered):
    NONE_CONFIRMED = "NONE_CONFIRMED", _("None confirmed")
    DEGRADED = "DEGRADED", _("Degraded: wrong or worse, but bearable")
    MATERIAL = "MATERIAL", _("Material: money, rights or trust")
    SERIOUS = "SERIOUS", _("Serious, or likely to become so: safety, rights, large loss")


class Reversibility(Ordered):
    EASY = "EASY", _("Undone easily")
    AT_A_COST = "AT_A_COST", _("Undone at a cost")
    IRREVERSIBLE = "IRREVERSIBLE", _("Cannot be undone")


class BlastRadius(Ordered):
    ONE_CASE = "ONE_CASE", _("One case")
    SEGMENT = "SEGMENT", _("A segment")
    WORKFLOW = "WORKFLOW", _("The whole workflow")
    BEYOND = "BEYOND", _("Beyond the workflow")


class Exposure(Ordered):
    INTERNAL = "INTERNAL", _("Stayed inside")
    SOME_CUSTOMERS = "SOME_CUSTOMERS", _("Reached some customers")
    MANY_OR_PUBLIC = "MANY_OR_PUBLIC", _("Reached many, or the public")


class DataInvolved(Ordered):
    NONE = "NONE", _("No personal or confidential data")
    PERSONAL = "PERSONAL", _("Personal data")
    SPECIAL = "SPECIAL", _("Special-category or confidential data")


class Recurrence(Ordered):
    FIRST = "FIRST", _("First time")
    REPEATED = "REPEATED", _("Happened before")
    PATTERN = "PATTERN", _("A pattern")


class Autonomy(Ordered):
    RECOMMENDS = "RECOMMENDS", _("Only recommends")
    ACTS_AFTER_APPROVAL = "ACTS_AFTER_APPROVAL", _("Acts after approval")
    ACTS_ALONE = "ACTS_ALONE", _("Acts alone")


class Category(Labelled):
    """What to call it. Near misses and quality issues carry no severity number."""

    INCIDENT = "INCIDENT", _("Incident")
    NEAR_MISS = "NEAR_MISS", _("Near miss")
    QUALITY_ISSUE = "QUALITY_ISSUE", _("Quality issue")


@dataclass(frozen=True)
class SeverityInputs:
    """What is known now. The defaults are the mildest answers, for the three-field way to declare.

    `near_miss`: it would have harmed but was stopped before. `caught`: it did reach someone and has been put right.
    """

    harm: Harm = Harm.NONE_CONFIRMED
    reversibility: Reversibility = Reversibility.EASY
    blast_radius: BlastRadius = BlastRadius.ONE_CASE
    exposure: Exposure = Exposure.INTERNAL
    data: DataInvolved = DataInvolved.NONE
    recurrence: Recurrence = Recurrence.FIRST
    autonomy: Autonomy = Autonomy.RECOMMENDS
    unsure: bool = False
    active_exploitation: bool = False
    regulator_inquiry: bool = False
    near_miss: bool = False
    caught: bool = False


@dataclass(frozen=True)
class Proposal:
    """`reasons` are sentences, the deciding one first; `fired` are the keys of the same rules in the same order.

    `weight` orders incidents of one severity, higher first: what cannot be undone outranks what is merely bad.
    `category` is what this looks like; whoever triages it decides.
    """

    severity: Severity
    reasons: tuple[str, ...]
    fired: tuple[str, ...]
    uncertain: bool
    weight: int
    category: Category
    rules_version: str
