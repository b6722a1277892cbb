"""The moments of an incident, the three durations reported from them, and the orders that cannot have happened.

Every moment is a `datetime` with a time zone. When something happened and when it was typed are kept apart
elsewhere; here only when it happened counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled


class TimeKind(Labelled):
    OCCURRED = "OCCURRED", gettext_lazy("Occurred")
    STARTED = "STARTED", gettext_lazy("Started")
    DETECTED = "DETECTED", gettext_lazy("Detected")
    AWARE = "AWARE", gettext_lazy("Organisation aware")
    DECLARED = "DECLARED", gettext_lazy("Declared")
    CLASSIFIED = "CLASSIFIED", gettext_lazy("Classified")
    CONTAINED = "CONTAINED", gettext_lazy("Contained")
    RECOVERED = "RECOVERED", gettext_lazy("Recovered")
    RESOLVED = "RESOLVED", gettext_lazy("Resolved")
    CLOSED = "CLOSED", gettext_lazy("Closed")


@dataclass(frozen=True)
class Durations:
    """None where one of the two moments is missing or they are the wrong way round."""

    detect: timedelta | None
    contain: timedelta | None
    recover: timedelta | None


# A moment can only come after (or with) those listed for it. Deliberately absent: an order between occurred and
# started (a fault may begin before its first harm, or harm reveal a fault that began with it), between aware and
# declared, and between classified and contained (containment may come first).
_AFTER: Final[Mapping[TimeKind, tuple[TimeKind, ...]]] = {
    TimeKind.OCCURRED: (),
    TimeKind.STARTED: (),
    TimeKind.DETECTED: (TimeKind.OCCURRED, TimeKind.STARTED),
    TimeKind.AWARE: (TimeKind.DETECTED,),
    TimeKind.DECLARED: (TimeKind.DETECTED,),
    TimeKind.CLASSIFIED: (TimeKind.DETECTED,),
    TimeKind.CONTAINED: (TimeKind.DETECTED,),
    TimeKind.RECOVERED: (TimeKind.CONTAINED,),
    TimeKind.RESOLVED: (TimeKind.RECOVERED, TimeKind.DECLARED),
    TimeKind.CLOSED: (TimeKind.RESOLVED, TimeKind.AWARE, TimeKind.CLASSIFIED),
}


def _before(kind: TimeKind) -> frozenset[TimeKind]:
    """Everything that must not come after `kind`, through moments that may themselves be missing."""
    return frozenset(_AFTER[kind]).union(*(_before(earlier) for earlier in _AFTER[kind]))


_BEFORE: Final[Mapping[TimeKind, frozenset[TimeKind]]] = {kind: _before(kind) for kind in TimeKind}


def durations(times: Mapping[TimeKind, datetime]) -> Durations:
    """Time to detect runs from started; to contain and to recover from detected."""
    return Durations(
        detect=_between(times, TimeKind.STARTED, TimeKind.DETECTED),
        contain=_between(times, TimeKind.DETECTED, TimeKind.CONTAINED),
        recover=_between(times, TimeKind.DETECTED, TimeKind.RECOVERED),
    )


def impossible(times: Mapping[TimeKind, datetime], now: datetime) -> list[str]:
    """Why these moments cannot all be true, one sentence each; empty when they can. `now` needs a time zone."""
    known = {kind: times[kind] for kind in TimeKind if kind in times}
    zoned = {kind: moment for kind, moment in known.items() if moment.utcoffset() is not None}
    return [
        *(_("“%(kind)s” has no time zone.") % {"kind": kind.label} for kind in known if kind not in zoned),
        *(_future(kind, moment) for kind, moment in zoned.items() if moment > now),
        *_wrong_orders(zoned),
    ]


def _future(kind: TimeKind, moment: datetime) -> str:
    return _("“%(kind)s” (%(at)s) lies in the future.") % {"kind": kind.label, "at": _words(moment)}


def _wrong_orders(times: Mapping[TimeKind, datetime]) -> Iterator[str]:
    for earlier, later in combinations(times, 2):
        if earlier in _BEFORE[later] and times[later] < times[earlier]:
            yield _("“%(later)s” (%(later_at)s) is before “%(earlier)s” (%(earlier_at)s).") % {
                "later": later.label,
                "later_at": _words(times[later]),
                "earlier": earlier.label,
                "earlier_at": _words(times[earlier]),
            }


def _between(times: Mapping[TimeKind, datetime], first: TimeKind, second: TimeKind) -> timedelta | None:
    if first not in times or second not in times:
        return None
    length = times[second] - times[first]
    return length if length >= timedelta(0) else None


def _words(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
