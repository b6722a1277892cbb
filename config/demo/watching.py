"""How the workflows of the demonstration are watched, and what they set off. Some are blind, as in every real inventory."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from registry.models import User, Workflow
from registry.services import downstream, signals

SCRIPT = Path(__file__).parent / "watching.json"
REASON = "Went through it with the owners"


def happened(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    for name, entry in json.loads(SCRIPT.read_text()).items():
        for line in entry["signals"]:
            _signal(workflows[name], line, people, now)
        for line in entry["actions"]:
            _action(workflows[name], line, people["risk"], now)


def _signal(workflow: Workflow, line: list[Any], people: dict[str, User], now: datetime) -> None:
    kind, name, source, owner, threshold, limit, side, unit, baseline, normal, measured, cadence, proven, how, heard = (
        line
    )
    signal = signals.add_signal(
        workflow,
        by=people["risk"],
        at=now - timedelta(days=30),
        reason=REASON,
        kind=kind,
        name=name,
        source=source,
        owner=people[owner],
        threshold=threshold,
        limit_value=Decimal(limit) if limit else None,
        limit_direction=side,
        unit=unit,
        baseline=baseline,
        baseline_value=Decimal(normal) if normal else None,
        baseline_date=(now - timedelta(days=measured)).date() if measured else None,
        cadence=cadence,
    )
    if proven is not None:
        signals.prove(signal, by=people["responder"], at=now, how=how, proven_at=now - timedelta(days=proven))
    signals.seen(signal, at=now - timedelta(hours=heard))


def _action(workflow: Workflow, line: list[Any], by: User, now: datetime) -> None:
    name, system, effect, reversibility, validation, note, reach, volume, tool = line
    downstream.add_action(
        workflow,
        by=by,
        at=now - timedelta(days=30),
        reason=REASON,
        name=name,
        target_system=system,
        effect=effect,
        reversibility=reversibility,
        validation=validation,
        validation_note=note,
        reach=reach,
        volume_per_day=volume,
        tool=workflow.surfaces.get(kind="TOOL", name=tool) if tool else None,
    )
