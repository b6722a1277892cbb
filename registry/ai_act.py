"""The class of a workflow under the EU AI Act, Regulation (EU) 2024/1689.

The questions are asked in the Act's own order and the first that settles the matter decides.
This is a working classification for the register, not legal advice; risk staff confirm it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled


class AiActClass(Labelled):
    """Not a scale: `NOT_ASSESSED` says that nobody has answered, not that the class is low."""

    PROHIBITED = "PROHIBITED", gettext_lazy("Prohibited practice")
    HIGH_RISK = "HIGH_RISK", gettext_lazy("High-risk")
    LIMITED = "LIMITED", gettext_lazy("Limited risk")
    MINIMAL = "MINIMAL", gettext_lazy("Minimal risk")
    NOT_ASSESSED = "NOT_ASSESSED", gettext_lazy("Not assessed")


@dataclass(frozen=True)
class AiActFacts:
    """The answers; each names the provision it stands for."""

    prohibited_practice: bool  # Article 5
    regulated_product: bool  # Article 6(1) with Annex I: safety component under third-party conformity assessment
    listed_area: bool  # Article 6(2) with Annex III
    narrow_condition: bool  # Article 6(3), one of its points (a) to (d)
    profiles_people: bool  # Article 6(3), last subparagraph: profiling of natural persons
    transparency_duty: bool  # Article 50


@dataclass(frozen=True)
class AiActFinding:
    """`must_document`: the exemption of Article 6(3) is used, so Article 6(4) asks for its assessment in writing."""

    ai_act: AiActClass
    reason: str
    must_document: bool = False


def classify(facts: AiActFacts) -> AiActFinding:
    """The class these answers lead to, with the provision that decided."""
    exempt = facts.listed_area and facts.narrow_condition and not facts.profiles_people
    if facts.prohibited_practice:
        return AiActFinding(AiActClass.PROHIBITED, _("A practice of Article 5: it may not be used."))
    if facts.regulated_product:
        return AiActFinding(AiActClass.HIGH_RISK, _("Article 6(1): part of a product listed in Annex I."))
    if facts.listed_area and not exempt:
        if facts.narrow_condition:
            reason = _("Article 6(3): it profiles people, so the exemption cannot be used.")
        else:
            reason = _("Article 6(2): used in an area listed in Annex III.")
        return AiActFinding(AiActClass.HIGH_RISK, reason)
    if facts.transparency_duty:
        return AiActFinding(AiActClass.LIMITED, _("Article 50: people must be told."), must_document=exempt)
    return AiActFinding(AiActClass.MINIMAL, _("No provision asked about applies."), must_document=exempt)
