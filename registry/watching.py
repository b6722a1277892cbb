"""How it can be noticed that a workflow goes wrong: four monitors and four human sources, and what is missing of them.

Source: the operational playbook's detection layer. Error rates, latency and uptime stay green through most failures of
an AI workflow, so none of them is among the monitors.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from registry import proofs
from registry.labelled import Labelled


class SignalKind(Labelled):
    """The four monitors, in the order in which they are built, then the human sources."""

    OUTPUT_DISTRIBUTION = "OUTPUT_DISTRIBUTION", _("Output distribution")
    INPUT_DISTRIBUTION = "INPUT_DISTRIBUTION", _("Input distribution")
    GROUND_TRUTH = "GROUND_TRUTH", _("Ground-truth sampling")
    DOWNSTREAM_ACTIONS = "DOWNSTREAM_ACTIONS", _("Downstream actions")
    COMPLAINTS = "COMPLAINTS", _("Complaints")
    AUDITS = "AUDITS", _("Audits")
    SECURITY_ALERTS = "SECURITY_ALERTS", _("Security alerts")
    STAFF_REPORTS = "STAFF_REPORTS", _("Staff reports")


MONITORS = (
    SignalKind.OUTPUT_DISTRIBUTION,
    SignalKind.INPUT_DISTRIBUTION,
    SignalKind.GROUND_TRUTH,
    SignalKind.DOWNSTREAM_ACTIONS,
)


class Cadence(Labelled):
    CONTINUOUS = "CONTINUOUS", _("Continuously")
    HOURLY = "HOURLY", _("Every hour")
    DAILY = "DAILY", _("Every day")
    WEEKLY = "WEEKLY", _("Every week")
    MONTHLY = "MONTHLY", _("Every month")
    QUARTERLY = "QUARTERLY", _("Every quarter")
    AS_IT_COMES = "AS_IT_COMES", _("As it comes")


class Direction(Labelled):
    ABOVE = "ABOVE", _("Above the limit")
    BELOW = "BELOW", _("Below the limit")


def missing_monitors(kinds: Iterable[str]) -> tuple[SignalKind, ...]:
    """Those of the four monitors that are not among the kinds of a workflow's active signals, in their order."""
    present = set(kinds)
    return tuple(monitor for monitor in MONITORS if monitor not in present)


def is_blind(is_running: bool, kinds: Iterable[str]) -> bool:
    """Running, and nothing and nobody would tell: not even a human source is an active signal of it."""
    return is_running and not any(True for _kind in kinds)


def is_proof_stale(proven_at: datetime | None, now: datetime, tier: str = "") -> bool:
    """A signal that was shown to fire too long ago for this tier, or never, may have fallen silent."""
    return proofs.SIGNAL.is_stale(proven_at, now, tier)


NUMBERED = ("limit_value", "limit_direction", "unit", "baseline_value", "baseline_date")
"""The facts of a signal that must fit one another, in the order in which `contradictions` takes them."""


def contradictions(
    limit: Decimal | None, side: str, unit: str, baseline: Decimal | None, measured: date | None
) -> dict[str, str]:
    """Field → what is missing beside it; empty when the numbers of a signal fit one another."""
    problems: dict[str, str] = {}
    if limit is not None and not side:
        problems["limit_direction"] = _now("Say on which side of the limit it fires.")
    if limit is None and side:
        problems["limit_value"] = _now("A side needs a limit.")
    if unit and limit is None and baseline is None:
        problems["unit"] = _now("A unit needs a limit or a baseline as a number.")
    if baseline is not None and measured is None:
        problems["baseline_date"] = _now("Say when this number was measured.")
    return problems
