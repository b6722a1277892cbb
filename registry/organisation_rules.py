"""The five kinds of rules an organisation agrees on before an incident, with the shipped version and the checks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from registry import communicating, decision_rights, escalation, message_templates, severity_scale
from registry.labelled import Labelled
from registry.placed import Problem

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class RulesKind(Labelled):
    """In the order in which they are read."""

    SEVERITY = "SEVERITY", _("Severity scale")
    ESCALATION = "ESCALATION", _("Escalation paths")
    COMMUNICATION = "COMMUNICATION", _("Communication rules")
    DECISIONS = "DECISIONS", _("Decision rights")
    MESSAGES = "MESSAGES", _("Message templates")

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.value.lower()

    @property
    def purpose(self) -> str:
        return str(_KINDS[self].purpose)

    @property
    def shipped(self) -> dict[str, Any]:
        """The definition of version 1."""
        return dict(_KINDS[self].shipped)

    def problems(self, definition: object) -> Iterator[Problem]:
        """Everything wrong with a definition of this kind; nothing means that every reader can read all of it."""
        return _KINDS[self].problems(definition)


@dataclass(frozen=True)
class _Kind:
    purpose: "StrPromise"
    shipped: Mapping[str, Any]
    problems: Callable[[object], Iterator[Problem]]


_KINDS: Final[Mapping[RulesKind, _Kind]] = {
    RulesKind.SEVERITY: _Kind(
        _("What each level means and sets in motion: response, calls, updates, telling people, review."),
        severity_scale.DEFAULT_SCALE,
        severity_scale.problems,
    ),
    RulesKind.ESCALATION: _Kind(
        _("Who is told, how soon and by what, for as long as nobody has answered."),
        escalation.DEFAULT_PATHS,
        escalation.problems,
    ),
    RulesKind.COMMUNICATION: _Kind(
        _("Who outside the room is told, when that is owed, and who approves the words."),
        communicating.DEFAULT_RULES,
        communicating.problems,
    ),
    RulesKind.DECISIONS: _Kind(
        _("Which decision is whose while an incident runs, and who stands in."),
        decision_rights.DEFAULT_RIGHTS,
        decision_rights.problems,
    ),
    RulesKind.MESSAGES: _Kind(
        _("Words to begin with, for each audience and occasion, with places that the incident fills."),
        message_templates.DEFAULT_TEMPLATES,
        message_templates.problems,
    ),
}


def kind_of(slug: str) -> RulesKind | None:
    return next((kind for kind in RulesKind if kind.slug == slug), None)
