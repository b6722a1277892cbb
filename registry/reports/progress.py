"""How far something has come, line by line: the numbers behind a picture of bars and behind the table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.attesting import AttestationState


@dataclass(frozen=True)
class Share:
    """One stretch of a bar, in thousandths of its length."""

    state: AttestationState
    number: int
    start: int
    width: int


@dataclass(frozen=True)
class Bar:
    label: str
    query: str
    """Value of the filter that leads to just these rows."""
    total: int
    shares: tuple[Share, ...]

    @property
    def done(self) -> int:
        return sum(share.number for share in self.shares if share.state in SETTLED)

    @property
    def percent(self) -> int:
        """Rounded down: a hundred means all."""
        return 100 * self.done // self.total if self.total else 0


SETTLED = (AttestationState.ATTESTED, AttestationState.EXCUSED)
IN_ORDER = (
    AttestationState.ATTESTED,
    AttestationState.EXCUSED,
    AttestationState.CORRECTING,
    AttestationState.OPEN,
    AttestationState.MISSED,
)


def bars(lines: Sequence[tuple[str, str, Mapping[AttestationState, int]]]) -> list[Bar]:
    """(label, filter, state → number) of each line."""
    return [_bar(label, query, counts) for label, query, counts in lines]


def whole(found: Sequence[Bar], label: str) -> Bar:
    """All lines together."""
    counts = {
        state: sum(share.number for bar in found for share in bar.shares if share.state == state) for state in IN_ORDER
    }
    return _bar(label, "", counts)


def _bar(label: str, query: str, counts: Mapping[AttestationState, int]) -> Bar:
    """Stretches end where the sum so far ends, so that they always fill the bar exactly."""
    total = sum(counts.values())
    shares, sum_so_far = [], 0
    for state in IN_ORDER:
        number = counts.get(state, 0)
        start = 1000 * sum_so_far // total if total else 0
        sum_so_far += number
        end = 1000 * sum_so_far // total if total else 0
        shares.append(Share(state, number, start, end - start))
    return Bar(label, query, total, tuple(shares))
