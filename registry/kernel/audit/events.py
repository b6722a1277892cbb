"""Recording what changes no row: sign-ins, downloads, exports, reads of protected things, refusals."""

from datetime import datetime
from typing import Any

from registry.kernel.audit.context import current
from registry.kernel.audit.models import AuditEntry


def note(
    event: str,
    *,
    at: datetime,
    object_type: str = "",
    object_id: object = "",
    detail: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """One event row, by whoever acts now. `event` is an upper-case symbol such as DOWNLOADED or REFUSED."""
    acting = current()
    return AuditEntry.objects.create(
        at=at,
        kind=AuditEntry.Kind.EVENT,
        event=event,
        object_type=object_type,
        object_id=str(object_id),
        actor_id=acting.user_id,
        origin=str(acting.origin),
        unit_id=acting.unit_id,
        reason=reason or acting.reason,
        detail=detail or {},
    )
