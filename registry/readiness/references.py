"""Where a check answers to a framework or a law, and where it answers one of the questions asked before a launch.

Only provisions that ask for what the check looks at. Those of the EU AI Act bind for high-risk systems only, and are
shown for those alone; its Chapter III applies to them from 2 December 2027 (Annex III) or 2 August 2028 (Annex I), as
moved by Regulation (EU) 2026/1744.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

HIGH_RISK: Final = "HIGH_RISK"


@dataclass(frozen=True)
class Reference:
    source: str
    point: str
    only_class: str = ""
    """The class under the EU AI Act without which it does not bind; empty: it always fits."""

    def __str__(self) -> str:
        return f"{self.source} {self.point}"

    def fits(self, ai_act_class: str) -> bool:
        return self.only_class in ("", ai_act_class)


@dataclass(frozen=True)
class Question:
    """`asker`: those who build before more autonomy, or those who pay before a launch."""

    asker: str
    number: int
    text: "StrPromise"


def nist(point: str) -> Reference:
    return Reference("NIST AI RMF 1.0", point)


def iso(point: str) -> Reference:
    return Reference("ISO/IEC 42001:2023", point)


def act(point: str) -> Reference:
    return Reference("EU AI Act", point, HIGH_RISK)


BUILDERS: Final = {
    number: Question("BUILDER", number, text)
    for number, text in enumerate(
        (
            _("Which prompt, model, source, tool call and approval led to one result, and what did it set off?"),
            _("Can one tool be switched off while the rest goes on?"),
            _("Can a person be put in front of every result for a while?"),
            _("Can prompt, policy, sources, model settings and integrations each be put back?"),
            _("Can what happened be played again where it harms nobody?"),
            _("Did it concern one person, a group, one workflow or everything?"),
            _("Which records did it change, and how are they put right?"),
            _("Does everybody who must look get the evidence, and nobody more than that?"),
        ),
        start=1,
    )
}
"""Eight questions of those who build, before a workflow earns more autonomy."""
FUNDING: Final = {
    number: Question("FUNDING", number, text)
    for number, text in enumerate(
        (
            _("An inventory of workflows by risk tier"),
            _("A named business owner for each workflow in production"),
            _("Severity levels and ways of escalation, agreed"),
            _("Traces over prompts, retrieval, model and tool calls, approvals and outcomes"),
            _("Rules on keeping evidence, looked at for privacy and security"),
            _("Kill switches, narrower permissions, ways back and other ways to work"),
            _("Queues in which people look at risky or doubtful results"),
            _("Playbooks for the usual kinds of incident"),
            _("Reviews that change evaluations and controls"),
        ),
        start=1,
    )
}
"""Nine things to pay for before a workflow grows."""
