"""A dozen richly filled workflows: owners, tiers, surfaces with versions, containment options."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from registry.containment_templates import SETS
from registry.models import BusinessUnit, User, Vendor, Workflow
from registry.risk_areas import Area
from registry.services import assessments, containment, surfaces, workflows

SCRIPT = Path(__file__).parent / "workflows.json"

WHY = {
    "LOW": "Nothing in the design or in a year of use points to more.",
    "ELEVATED": "Seen in the design review; a person still stands between it and harm.",
    "HIGH": "Without a person in between, a wrong output acts on people or money at once.",
}


def furnish(people: dict[str, User], *, at: datetime) -> dict[str, Workflow]:
    """The workflows of the invented insurer, by name."""
    return {entry["name"]: _one(entry, people, at) for entry in json.loads(SCRIPT.read_text())}


def _one(entry: dict[str, Any], people: dict[str, User], at: datetime) -> Workflow:
    risk = people["risk"]
    unit, _new = BusinessUnit.objects.get_or_create(name=entry["unit"], parent=None)
    vendor = Vendor.objects.get_or_create(name=entry["vendor"])[0] if entry["vendor"] else None
    begun = at - timedelta(days=90)
    workflow = workflows.register(
        by=risk,
        at=begun,
        reason="Entered when the register began",
        name=entry["name"],
        purpose=entry["purpose"],
        outputs=entry["outputs"],
        affected_people=entry["affected"],
        business_unit=unit,
        vendor=vendor,
        topic=entry["topic"],
        stage=entry["stage"],
        autonomy=entry.get("autonomy", ""),
        impact=entry["impact"],
        is_public_facing=entry["public"],
        uses_personal_data=entry["personal"],
        business_owner=_living(people.get(entry["owner"])),
        technical_owner=people.get(entry["technical"]),
        deputy=people.get(entry["deputy"]),
        implemented_date=date.fromisoformat(entry["implemented"]) if entry["implemented"] else None,
        next_review_date=at.date() + timedelta(days=entry["review_in"]) if entry["review_in"] is not None else None,
        tags=entry["tags"],
    )
    _surfaces(workflow, entry, people, begun)
    _assess(workflow, entry, risk, begun)
    _options(workflow, entry, people, at)
    return workflow


SETS_HERE: dict[str, dict[str, Any]] = {
    "Stop automatic declines": {"disabled_tools": ["letter-service"], "limits": {"decline-above": 1}},
    "Return to limit 1.8.0": {"pins": {"configuration": "1.8.0"}},
    "Motor only": {"scope": ["motor"]},
}
"""What options of one workflow set; the others what their kind means."""


def _living(person: User | None) -> User | None:
    return person if person is not None and person.is_active else None


def _assess(workflow: Workflow, entry: dict[str, Any], risk: User, at: datetime) -> None:
    if entry["answers"] is None:
        return
    levels = zip(Area, entry["answers"], strict=True)
    assessments.assess(
        workflow,
        by=risk,
        at=at,
        answers={str(area): {"level": level, "reason": WHY[level]} for area, level in levels},
        ai_act_class=entry["ai_act"],
        ai_act_reason="Classified with legal in the order of the Act.",
    )


def _surfaces(workflow: Workflow, entry: dict[str, Any], people: dict[str, User], at: datetime) -> None:
    by = people["risk"]
    for kind, name, current, good in entry["surfaces"]:
        surface = surfaces.add_surface(workflow, by=by, at=at, kind=kind, name=name, reason="First inventory")
        for label in dict.fromkeys([good, current]):
            if not label:
                continue
            version = surfaces.record_version(
                surface,
                by=by,
                at=at,
                label=label,
                author="Release pipeline",
                note="Recorded from the release notes.",
                changed_at=at - timedelta(days=30 if label == good else 0),
            )
            if label == good:
                surfaces.mark_known_good(version, by=by, at=at, note="Replay of 400 cases, all within limits.")


def _options(workflow: Workflow, entry: dict[str, Any], people: dict[str, User], at: datetime) -> None:
    by = people["risk"]
    for kind, name, how, minutes, carrier, proven_days_ago, roles in entry["options"]:
        option = containment.add_option(
            workflow,
            by=by,
            at=at - timedelta(days=proven_days_ago),
            reason="Containment catalogue",
            kind=kind,
            name=name,
            instructions=how,
            expected_minutes=minutes,
            load_carrier=carrier,
            executors=roles,
            effect=SETS_HERE.get(name) or SETS.get(kind, {}),
        )
        containment.prove(
            option, by=by, at=at - timedelta(days=proven_days_ago), how="Drill with the on-call team", minutes=minutes
        )
