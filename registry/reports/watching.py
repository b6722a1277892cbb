"""How a workflow is watched: the four monitors, each met or missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.models import Signal
from registry.watching import MONITORS, SignalKind


@dataclass(frozen=True)
class Monitor:
    kind: SignalKind
    signals: tuple[Signal, ...]

    @property
    def is_met(self) -> bool:
        return bool(self.signals)


def monitors(active: Iterable[Signal]) -> list[Monitor]:
    """All four, in their order, with the active signals of each."""
    found = list(active)
    return [Monitor(kind, tuple(signal for signal in found if signal.kind == kind)) for kind in MONITORS]


def in_order(signals: Iterable[Signal]) -> list[Signal]:
    """Monitors before human sources; what is retired comes last."""
    return sorted(signals, key=lambda signal: (not signal.is_active, signal.rank, signal.pk))
