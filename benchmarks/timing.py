"""Fair timing on a shared machine: interleaved rounds, median and spread."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(rounds: int, **works: Callable[[], object]) -> dict[str, list[float]]:
    """Each work once a round, in turn, so that the machine's moods fall on all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            found[name].append(seconds(work))
    return found


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def line(name: str, times: list[float]) -> str:
    return (
        f"{name:<34} median {statistics.median(times) * 1000:8.1f} ms   p95 {p95(times) * 1000:8.1f} ms   "
        f"spread {max(times) / min(times):4.1f}×"
    )
