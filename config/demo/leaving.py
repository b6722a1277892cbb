"""Somebody of the demonstration who leaves: most of what she answered for is handed on, one thing is nobody's yet."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.services import capabilities, people, signals, workflows
from registry.services.holdings import held_by


def happened(cast: dict[str, User], by_name: dict[str, Workflow], *, now: datetime) -> None:
    leaver, risk, heir = cast["n.falk"], cast["risk"], cast["s.lindgren"]
    _answered_for(leaver, risk, by_name, now=now - timedelta(days=60))
    held = held_by(leaver, seen_by=cast["admin"])
    wording = next(each.key for each in held if each.kind.key == "technical-owner")
    people.deactivate(
        leaver, by=cast["admin"], at=now - timedelta(days=6), successor=heir, successors={wording: None},
        reason="Left the company on 20 November",
        without_reason="The platform team names somebody when its new lead begins in January.",
    )  # fmt: skip


def _answered_for(leaver: User, risk: User, by_name: dict[str, Workflow], *, now: datetime) -> None:
    renewal, wording = by_name["Renewal price explanation"], by_name["Policy wording comparison"]
    current = Workflow.objects.get(pk=wording.pk)
    workflows.edit(
        current, by=risk, at=now, reason="Runs the comparison service", opened_version=current.version,
        technical_owner=leaver,
    )  # fmt: skip
    signals.add_signal(
        renewal, by=risk, at=now, reason="Agreed with customer service", kind="COMPLAINTS",
        name="Complaints about the explanation", source="Complaint register, category price", owner=leaver,
        threshold="More than five in a week", baseline="One or two in a week", cadence="WEEKLY",
    )  # fmt: skip
    missing = by_name["Complaint routing and drafting"].capabilities.filter(is_required=True, is_met=False, owner=None)
    capabilities.state(
        by_name["Complaint routing and drafting"], missing.order_by("pk")[0].capability, by=risk, at=now,
        reason="Agreed in the monthly review", owner=leaver, due_date=(now + timedelta(days=85)).date(),
    )  # fmt: skip
