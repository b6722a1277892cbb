"""Which verb leads from which state to which: transition tables as data, checked to be total when they are built."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Transition:
    """One row: `verb` may be done in any of `sources` and leads to `target`. `label` is what the button says.

    A verb may have several rows, as long as no two of them share a source.
    """

    verb: str
    sources: frozenset[str]
    target: str
    label: "str | StrPromise"


class TransitionRefused(Exception):
    """The verb is not possible in this state; `reason` is a sentence for the person who asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Table:
    """All transitions of one kind of thing.

    `states` is in the order of the normal course; the first is where everything begins. `terminal` are the states
    nothing leads out of. `labels` gives the words for a state, where its symbol is not good enough for a sentence.
    Building a table that is not total, or has a state nothing leads to, raises `ValueError`.
    """

    def __init__(
        self,
        name: str,
        *,
        states: Iterable[str],
        transitions: Iterable[Transition],
        terminal: Iterable[str] = (),
        labels: "Mapping[str, str | StrPromise] | None" = None,
    ) -> None:
        self.name = name
        self.states = tuple(str(state) for state in states)
        self.transitions = tuple(transitions)
        self.terminal = frozenset(str(state) for state in terminal)
        self._labels = dict(labels or {})
        if problems := self._problems():
            raise ValueError(f"{name}: " + " ".join(problems))
        self._rows = {state: [t for t in self.transitions if state in t.sources] for state in self.states}

    @property
    def initial(self) -> str:
        return self.states[0]

    def label(self, state: str) -> str:
        return str(self._labels.get(state, state))

    def verbs(self, state: str) -> list[Transition]:
        """What may be done in `state`, in table order; `ValueError` for a state the table does not know."""
        if state not in self._rows:
            raise ValueError(f"{self.name} has no state {state!r}.")
        return list(self._rows[state])

    def allows(self, verb: str, state: str) -> bool:
        return any(transition.verb == verb for transition in self.verbs(state))

    def find(self, verb: str, state: str) -> Transition:
        """The row for `verb` in `state`, or `TransitionRefused` saying why and where it would be allowed."""
        rows = [transition for transition in self.transitions if transition.verb == verb]
        if not rows:
            raise ValueError(f"{self.name} has no verb {verb!r}.")
        for transition in self.verbs(state):
            if transition.verb == verb:
                return transition
        sources = frozenset[str]().union(*(transition.sources for transition in rows))
        raise TransitionRefused(
            _("“%(verb)s” is not possible while this is “%(state)s”. It is possible from: %(sources)s.")
            % {
                "verb": rows[0].label,
                "state": self.label(state),
                "sources": ", ".join(self.label(known) for known in self.states if known in sources),
            }
        )

    def mermaid(self) -> str:
        """The state diagram in Mermaid's notation; the same table always gives the same text."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for state in self.states:
            lines += [f"    {state} --> {row.target} : {row.verb}" for row in self._rows[state]]
            if state in self.terminal:
                lines.append(f"    {state} --> [*]")
        return "\n".join(lines) + "\n"

    def _problems(self) -> list[str]:
        named = frozenset[str]().union(*(t.sources | {t.target} for t in self.transitions), self.terminal)
        pairs = Counter((t.verb, source) for t in self.transitions for source in t.sources)
        left = {source for t in self.transitions for source in t.sources}
        states = set(self.states)
        return [
            *(["It has no states."] if not self.states else []),
            *(f"State {state} is listed twice." for state, n in Counter(self.states).items() if n > 1),
            *(f"State {state} is unknown." for state in sorted(named - states)),
            *(f"Verb {verb} leads two ways out of {source}." for (verb, source), n in pairs.items() if n > 1),
            *(f"Verb {t.verb} starts nowhere." for t in self.transitions if not t.sources),
            *(f"State {s} has no row and is not terminal." for s in self.states if s not in left | self.terminal),
            *(f"Terminal state {state} has a way out." for state in sorted(self.terminal & left)),
            *(f"Nothing leads to state {s}." for s in self.states if s not in self._reachable()),
        ]

    def _reachable(self) -> set[str]:
        seen: set[str] = set()
        frontier = set(self.states[:1])
        while frontier:
            seen |= frontier
            frontier = {t.target for t in self.transitions if t.sources & frontier} - seen
        return seen
