"""Which audiences are owed a message, as a report says it."""

from datetime import datetime
from typing import Any

from incidents.models import Incident
from incidents.services.owed_messages import owed_of


def owed_messages(incident: Incident, at: datetime) -> list[dict[str, Any]]:
    """As of `at`, the moment that the report is of."""
    return [
        {
            "audience": line.audience.label,
            "duty": line.duty.label,
            "standing": line.standing.label,
            "due_at": line.due_at,
            "is_overdue": line.is_overdue,
            "waits_for": [role.label for role in line.waits_for],
        }
        for line in owed_of(incident, at)
    ]
