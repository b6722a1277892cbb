"""A request at a gate as a document: what was asked, what was known, who agreed when and under which conditions."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registry.models import GateRequest, User
from registry.reports import gates, past, workflow_record
from reviews.reports.heading import heading

SCHEMA = "holdfast.gate-request/1"


def gate_request(
    request: GateRequest, *, number: str, version: int, by: User, at: datetime, known_at: datetime | None = None
) -> dict[str, Any]:
    """As the record is now or, with `known_at`, as it was known then. Everybody may read it, like the register."""
    readers = ("EVERYONE", _("Everyone who is signed in"))
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    with past.perhaps(known_at):
        found = GateRequest.objects.select_related("workflow").get(pk=request.pk)
        return head | {
            "workflow": workflow_record.identity(found.workflow),
            "request": gates.told(found, known_at or at),
        }
