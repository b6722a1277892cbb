"""Changes of many workflows at once: one that stands, and one that was a mistake and was undone."""

from datetime import datetime, timedelta
from typing import Any

from registry.models import User, Workflow
from registry.services import change_sets, changing


def changed(people: dict[str, User], *, now: datetime) -> None:
    risk = people["risk"]
    running = list(Workflow.objects.running().exclude(source_key=None).order_by("pk")[:12])
    planned = list(Workflow.objects.filter(stage="DEVELOPMENT").exclude(source_key=None).order_by("pk")[:6])
    _apply(running, {"tags.add": ["autumn round"]}, by=risk, at=now, reason="Entries to go through this autumn")
    done = _apply(
        planned,
        {"next_review_date": (now + timedelta(days=30)).date()},
        by=risk,
        at=now,
        reason="Look at everything that is being built",
    )
    if done.change_set is not None:
        change_sets.undo(done.change_set, by=risk, at=now, reason="Wrong list: these were meant to be the pilots")


def _apply(rows: list[Workflow], changes: dict[str, Any], *, by: User, at: datetime, reason: str) -> changing.Done:
    return changing.apply({row.pk: row.version for row in rows}, changes, by=by, at=at, reason=reason)
