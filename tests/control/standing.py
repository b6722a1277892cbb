"""One of each record of the control plane, for walks over all addresses."""

from datetime import datetime
from typing import Any

from registry.models import ControlCandidate, Restriction, User, Workflow
from registry.services import control_keys
from registry.services.restrictions import ask_release, next_revision


def of_each(workflow: Workflow, *, owner: User, risk: User, now: datetime) -> dict[str, Any]:
    """A key, one without a workflow, an unknown caller, and a glass broken that somebody asked to take back."""
    key, _secret = control_keys.issue(workflow, by=owner, at=now, name="Runners")
    unbound, _other = control_keys.issue(None, by=risk, at=now, name="Platform team")
    caller = ControlCandidate.objects.create(token=key, key="wf.elsewhere.mode", first_at=now, last_at=now, calls=3)
    broken = Restriction.objects.create(
        workflow=workflow, name="Glass broken: Stopped", effect={"mode": "killed"}, source="BREAK_GLASS",
        reason="It pays twice.", operator="Night shift", applied_at=now, revision=next_revision(),
    )  # fmt: skip
    ask_release(broken, by=risk, at=now, reason="Paid once again.")
    return {"key": key, "unbound": unbound, "caller": caller, "broken": broken}
