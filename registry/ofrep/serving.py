"""The control plane of this process, for those who ask how it is: readiness, figures, pages."""

from collections.abc import Callable
from typing import Any

from registry.kernel.nudge import nudge_now
from registry.ofrep.branch import Beside, ControlPlane

CONFIRM = "incidents.tasks.confirm_received"
"""Looks whether containment has arrived everywhere. By name: it lies above."""
_here: list[ControlPlane] = []


def plane(site: Any, *, record: Callable[[], object], beside: Beside) -> ControlPlane:
    """The control plane in front of `site`, known from now on as this process's."""
    made = ControlPlane(site, on_receipts=lambda: nudge_now(CONFIRM), record=record, beside=beside)
    _here[:] = [made]
    return made


def here() -> ControlPlane | None:
    """Nothing in processes that serve nobody."""
    return _here[0] if _here else None
