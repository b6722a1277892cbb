"""The facts that readiness is judged by: plain values, read from the register elsewhere.

Every moment has a time zone. A day by which something is due stands as its last moment in the organisation's zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    key: int
    name: str
    is_here: bool
    """Active; who left answers for nothing."""
    here_until: datetime | None = None
    """The moment their access ends, where it has an end."""


@dataclass(frozen=True)
class SignalFact:
    key: int
    kind: str
    name: str
    proven_at: datetime | None = None
    how: str = ""


@dataclass(frozen=True)
class OptionFact:
    """`minutes`: as proven, else as expected."""

    key: int
    kind: str
    name: str
    minutes: int
    has_carrier: bool = False
    proven_at: datetime | None = None
    how: str = ""


@dataclass(frozen=True)
class SurfaceFact:
    key: int
    kind: str
    name: str
    version: str = ""
    known_good: str = ""


@dataclass(frozen=True)
class BaselineFact:
    """`drift`: how many surfaces differ from it now."""

    key: int
    number: int
    approved_at: datetime
    drift: int = 0


@dataclass(frozen=True)
class DownstreamFact:
    key: int
    name: str
    reversibility: str
    validation: str


@dataclass(frozen=True)
class AssessmentFact:
    """`levels`: area → level."""

    key: int
    assessed_at: datetime
    levels: Mapping[str, str]
    ai_act_class: str = ""


@dataclass(frozen=True)
class CapabilityFact:
    """A capability that the newest assessment asks for. `accepted_until`: its lack is accepted to this moment.

    `shown_until`: to this moment the containment options it stands on show it; nothing where it stands on none.
    """

    key: str
    name: str
    met_at: datetime | None = None
    how: str = ""
    accepted_until: datetime | None = None
    shown_until: datetime | None = None

    def is_shown(self, now: datetime) -> bool:
        return self.shown_until is None or now <= self.shown_until


@dataclass(frozen=True)
class IncidentFact:
    """A serious incident that is over. `review_until`: from then on a review that is not approved is missing."""

    key: int
    name: str
    review_until: datetime
    is_reviewed: bool = False
    review: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class PlaybookFact:
    """`is_whole`: every question has an answer."""

    key: int
    name: str
    is_whole: bool
    reviewed_at: datetime | None = None


@dataclass(frozen=True)
class ExerciseFact:
    key: int
    name: str
    held_at: datetime


@dataclass(frozen=True)
class ActionFact:
    """An action item. `due_until` only while something is left to do."""

    key: int
    name: str
    due_until: datetime | None = None
    is_verified: bool = False
    has_recurred: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class ConditionFact:
    """A condition under which it was let through a gate. `key` names the request; `due_until` while it is open."""

    key: int
    name: str
    due_until: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """Everything one workflow is judged by. Only what is in use is in here, and nothing of restricted incidents."""

    tier: str = ""
    stage: str = "PRODUCTION"
    described: frozenset[str] = frozenset()
    """Which of purpose, outputs and affected people are written down."""
    business_owner: Person | None = None
    technical_owner: Person | None = None
    deputy: Person | None = None
    review_until: datetime | None = None
    """The end of the day by which the entry is looked at again."""
    signals: tuple[SignalFact, ...] = ()
    options: tuple[OptionFact, ...] = ()
    surfaces: tuple[SurfaceFact, ...] = ()
    baseline: BaselineFact | None = None
    downstream: tuple[DownstreamFact, ...] = ()
    assessment: AssessmentFact | None = None
    capabilities: tuple[CapabilityFact, ...] = ()
    incidents: tuple[IncidentFact, ...] = ()
    playbook: PlaybookFact | None = None
    attested_at: datetime | None = None
    attest_until: datetime | None = None
    """The end of the day by which its owner has been asked to attest the entry; nothing while nobody is asked."""
    exercise: ExerciseFact | None = None
    """The newest one that got as far as containment."""
    actions: tuple[ActionFact, ...] = ()
    basis: str = ""
    """By what right it is in production."""
    conditions: tuple[ConditionFact, ...] = ()

    @property
    def people(self) -> Iterator[Person]:
        named = (self.business_owner, self.technical_owner, self.deputy)
        return (person for person in named if person is not None)

    def level(self, area: str) -> str:
        return self.assessment.levels.get(area, "") if self.assessment is not None else ""

    def options_of(self, *kinds: str) -> Iterator[OptionFact]:
        return (option for option in self.options if option.kind in kinds)
