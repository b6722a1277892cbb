"""How one workflow is watched and what it can set off, as plain data ready to be frozen."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from registry.models import DownstreamAction, Signal, Workflow
from registry.reports.blast import Path, paths, worst_sentence
from registry.reports.watching import in_order
from registry.watching import MONITORS, is_blind, missing_monitors


def watching(workflow: Workflow, at: datetime) -> dict[str, Any]:
    signals = in_order(workflow.signals.select_related("owner"))
    kinds = {signal.kind for signal in signals if signal.is_active}
    return {
        "is_blind": is_blind(workflow.is_running, kinds),
        "monitors": [{"label": kind.label, "is_met": kind in kinds} for kind in MONITORS],
        "missing": [kind.label for kind in missing_monitors(kinds)],
        "signals": [_signal(row, at) for row in signals],
    }


def _signal(row: Signal, at: datetime) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": str(row.get_kind_display()),
        "source": row.source,
        "owner": row.owner.name,
        "is_owner_active": row.owner.is_active,
        "threshold": row.threshold,
        "limit": with_unit(row.limit_value, row.unit),
        "limit_direction": str(row.get_limit_direction_display()) or None,
        "baseline": row.baseline,
        "baseline_number": with_unit(row.baseline_value, row.unit),
        "baseline_date": row.baseline_date,
        "cadence": str(row.get_cadence_display()),
        "is_active": row.is_active,
        "retired_at": row.retired_at,
        "retired_reason": row.retired_reason or None,
        "last_seen_at": row.last_seen_at,
        "proven_at": row.proven_at,
        "proven_how": row.proven_how or None,
        "is_proof_stale": row.is_proof_stale(at),
    }


def with_unit(value: Decimal | None, unit: str) -> str | None:
    """A number as people write it, without the zeros that the column adds."""
    return None if value is None else f"{value.normalize():f} {unit}".strip()


def downstream(workflow: Workflow) -> dict[str, Any]:
    """Worst path first, numbered as in the picture; those no longer in use come apart and are not drawn."""
    actions = list(workflow.downstream_actions.select_related("tool"))
    found = paths(actions)
    return {
        "worst": worst_sentence(found) or None,
        "actions": [_path(path) for path in found],
        "retired": [_action(row) for row in actions if not row.is_active],
    }


def _path(path: Path) -> dict[str, Any]:
    point = path.point
    picture = {"ring": point.ring, "shape": point.shape, "gate": point.gate, "is_marked": point.is_marked}
    return {"number": path.number, **_action(path.action), "picture": picture}


def _action(row: DownstreamAction) -> dict[str, Any]:
    return {
        "name": row.name,
        "target_system": row.target_system,
        "effect": row.effect,
        "reversibility": str(row.get_reversibility_display()),
        "validation": str(row.get_validation_display()),
        "validation_note": row.validation_note or None,
        "reach": str(row.get_reach_display()),
        "volume_per_day": row.volume_per_day,
        "tool": row.tool.name if row.tool else None,
        "retired_at": row.retired_at,
        "retired_reason": row.retired_reason or None,
    }
