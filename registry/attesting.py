"""Attestations: what an owner signs for, when they are reminded of it, and when it is told above them. Data in, verdict
out. All dates are calendar days in the organisation's time zone; the day something is due is still inside.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

LONGEST_CAMPAIGN: Final = timedelta(days=366)
RHYTHM: Final = (1, 90)
"""Fewest and most days between two reminders."""
PATIENCE: Final = (0, 90)
"""Fewest and most days late before it is told above the owners."""


class Part(Labelled):
    """What of an entry is attested."""

    RECORD = "RECORD", _("Record and people")
    TIER = "TIER", _("Tier")
    SURFACES = "SURFACES", _("Surfaces and baseline")
    CONTAINMENT = "CONTAINMENT", _("Containment options")
    SIGNALS = "SIGNALS", _("Signals and downstream actions")
    CAPABILITIES = "CAPABILITIES", _("Capabilities")


class AttestationState(Labelled):
    OPEN = "OPEN", _("Waiting")
    CORRECTING = "CORRECTING", _("Being corrected")
    ATTESTED = "ATTESTED", _("Attested")
    EXCUSED = "EXCUSED", _("Excused")
    MISSED = "MISSED", _("Not attested")


WAITING: Final = (AttestationState.OPEN, AttestationState.CORRECTING)
"""Somebody still has to attest."""
NOTHING: Final[tuple[Any, ...]] = (None, "", False, [], {})
"""Values that say nothing."""


def reminder_step(*, started: date, due: date, every: int, today: date) -> int | None:
    """The newest reminder that has come, in days from the due date; nothing before the first after the start.

    Reminders stand `every` so many days before and after the due date, and on it.
    """
    days = (today - due).days
    step = days - days % every
    return step if due + timedelta(days=step) > started else None


def escalation_step(*, due: date, after: int, every: int, today: date) -> int | None:
    """The newest step at which lateness is told above the owners, in days late: at `after`, then `every` so many."""
    late = (today - due).days
    if late < max(after, 1):
        return None
    first = max(after, 1)
    return late - (late - first) % every


def digest_of(rows: Iterable[tuple[str, Any, Mapping[str, Any]]]) -> str:
    """SHA-256 of what records say: (kind, number, field → value), in whatever order they come.

    Empty values say nothing, so that a field added later does not change what was attested before.
    """
    said = sorted(
        (kind, str(number), sorted((name, value) for name, value in fields.items() if value not in NOTHING))
        for kind, number, fields in rows
    )
    return sha256(json.dumps(said, default=str, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def whole_of(prints: Mapping[str, str]) -> str:
    """One digest for the digests of several parts."""
    return sha256(json.dumps(dict(prints), sort_keys=True).encode()).hexdigest()


def is_unchanged(now: Mapping[str, str], then: Mapping[str, str] | None) -> bool:
    """Whether every part asked for says what it said when it was last attested. Never attested, never unchanged."""
    return bool(now) and then is not None and all(then.get(part) == digest for part, digest in now.items())
