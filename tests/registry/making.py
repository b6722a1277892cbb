"""Workflows and what belongs to them, made through the services."""

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from registry.models import (
    ContainmentOption,
    DownstreamAction,
    Signal,
    Surface,
    SurfaceVersion,
    TierAssessment,
    User,
    Workflow,
)
from registry.risk_areas import Area
from registry.services import assessments, containment, downstream, signals, surfaces, workflows
from tests import people

SCRIPT = "<script>alert('x')</script>"


def workflow(by: User | None = None, **fields: Any) -> Workflow:
    """A running workflow owned by Otto Owner unless `fields` say otherwise."""
    given = {"name": "Claims triage", "stage": "PRODUCTION", "business_owner": people.owner(), **fields}
    return workflows.register(by=by or people.risk(), at=timezone.now(), reason="New in the register", **given)


def answers(**levels: str) -> dict[str, dict[str, str]]:
    """All areas LOW except those given, each above LOW with a reason."""
    return {
        area.value: {"level": levels.get(area.value, "LOW"), "reason": "Because" if area.value in levels else ""}
        for area in Area
    }


def assessed(on: Workflow, by: User | None = None, at: datetime | None = None, **more: Any) -> TierAssessment:
    """Autonomy and customer exposure HIGH, so T1 by the rules, unless `more` gives other answers."""
    given = {
        "answers": answers(AUTONOMY="HIGH", CUSTOMER_EXPOSURE="HIGH"),
        "ai_act_class": "MINIMAL",
        **more,
    }
    return assessments.assess(on, by=by or people.risk(), at=at or timezone.now(), **given)


def surface(on: Workflow, name: str = "Triage model", kind: str = "MODEL") -> Surface:
    return surfaces.add_surface(on, by=people.risk(), at=timezone.now(), kind=kind, name=name, reason="In use")


def version(of: Surface, label: str, **facts: Any) -> SurfaceVersion:
    return surfaces.record_version(of, by=people.risk(), at=timezone.now(), label=label, **facts)


def option(on: Workflow, **fields: Any) -> ContainmentOption:
    given = {
        "kind": "KILL_SWITCH",
        "name": "Stop everything",
        "instructions": "Turn the flag off.",
        "executors": ["RESPONDER"],
        "expected_minutes": 5,
        **fields,
    }
    return containment.add_option(on, by=people.risk(), at=timezone.now(), reason="Prepared", **given)


SIGNAL = {
    "kind": "OUTPUT_DISTRIBUTION",
    "name": "Share of declines",
    "source": "Metrics, dashboard claims-triage",
    "threshold": "More than 9 % of an hour's claims are declined",
    "baseline": "2 % over spring",
    "cadence": "HOURLY",
}
ACTION = {
    "name": "Send the decline letter",
    "target_system": "Letter service",
    "effect": "The policyholder is told that nothing is paid.",
    "reversibility": "IRREVERSIBLE",
    "validation": "NONE",
    "reach": "SOME_CUSTOMERS",
}


def signal(on: Workflow, **fields: Any) -> Signal:
    given = {**SIGNAL, "owner": people.owner(), **fields}
    return signals.add_signal(on, by=people.risk(), at=timezone.now(), reason="Prepared", **given)


def action(on: Workflow, **fields: Any) -> DownstreamAction:
    given = {**ACTION, **fields}
    return downstream.add_action(on, by=people.risk(), at=timezone.now(), reason="Prepared", **given)


def token() -> str:
    return uuid.uuid4().hex
