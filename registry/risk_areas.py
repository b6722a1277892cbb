"""The seven areas a workflow's risk is judged in, and what each answer looks like in practice."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled, Ordered

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Level(Ordered):
    LOW = "LOW", _("Low")
    ELEVATED = "ELEVATED", _("Elevated")
    HIGH = "HIGH", _("High")


class Area(Labelled):
    """The decision areas of the practical framework, in its order."""

    CUSTOMER_EXPOSURE = "CUSTOMER_EXPOSURE", _("Customer exposure")
    DATA_SENSITIVITY = "DATA_SENSITIVITY", _("Data sensitivity")
    AUTONOMY = "AUTONOMY", _("Autonomy")
    REVERSIBILITY = "REVERSIBILITY", _("Reversibility")
    BUSINESS_IMPACT = "BUSINESS_IMPACT", _("Business impact")
    OBSERVABILITY = "OBSERVABILITY", _("Observability")
    RECURRENCE = "RECURRENCE", _("Recurrence")

    @property
    def question(self) -> str:
        return str(_GUIDE[self].question)

    def signal(self, level: Level) -> str:
        """One sentence on what this area looks like at `level`."""
        return str(_GUIDE[self].signals[level])


@dataclass(frozen=True)
class _Guidance:
    question: "StrPromise"
    signals: "Mapping[Level, StrPromise]"


def _guidance(question: "StrPromise", low: "StrPromise", elevated: "StrPromise", high: "StrPromise") -> _Guidance:
    return _Guidance(question, MappingProxyType({Level.LOW: low, Level.ELEVATED: elevated, Level.HIGH: high}))


_GUIDE: Mapping[Area, _Guidance] = MappingProxyType(
    {
        Area.CUSTOMER_EXPOSURE: _guidance(
            _("Who meets what the workflow produces?"),
            _("Only our own staff see it, as a draft or as help."),
            _("It reaches customers after a person has looked at it, or only a few of them."),
            _("Customers or the public get its answers, decisions or actions directly."),
        ),
        Area.DATA_SENSITIVITY: _guidance(
            _("What is the most sensitive data it reads, keeps or could reveal?"),
            _("Public material, or internal material nobody would miss."),
            _("Personal data of customers or staff, or material meant to stay inside."),
            _("Special-category, legal, financial or otherwise regulated or confidential data."),
        ),
        Area.AUTONOMY: _guidance(
            _("What may it do without a person?"),
            _("It recommends; a person does whatever follows."),
            _("It writes, sends or changes things once a person has approved each one."),
            _("It writes, sends, buys, deletes, approves or calls tools by itself."),
        ),
        Area.REVERSIBILITY: _guidance(
            _("How hard is it to undo what it causes?"),
            _("Anyone on the team can undo it at once and nothing is left behind."),
            _("It can be undone, but that costs time, money or goodwill."),
            _("Some of it cannot be undone, such as a payment, a deletion or a published message."),
        ),
        Area.BUSINESS_IMPACT: _guidance(
            _("What is at stake when it goes wrong?"),
            _("Some lost time for the people who use it."),
            _("Noticeable cost, complaints or a breach of our own policy."),
            _("Serious loss, legal or regulatory exposure, danger to people, or lasting loss of trust."),
        ),
        Area.OBSERVABILITY: _guidance(
            _("How much must be recorded to explain one result afterwards?"),
            _("The final result tells enough."),
            _("Results must be tied to the versions of prompt, model and sources behind them."),
            _("Only a full trace over prompt, retrieval, tools, approvals and outcome could explain it."),
        ),
        Area.RECURRENCE: _guidance(
            _("How likely is the same failure to come back?"),
            _("Failures are rare, small and unrelated to each other."),
            _("Similar failures or near misses have been seen more than once."),
            _("Failures repeat or drift, and each looks harmless until they are counted."),
        ),
    }
)
