"""Recording what changes no row: sign-ins, downloads, exports, reads of protected things, refusals."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.context import current
from registry.kernel.audit.models import AuditEntry

LABELS = {
    "SIGNED_IN": _("Signed in"),
    "SIGNED_OUT": _("Signed out"),
    "SIGN_IN_FAILED": _("Sign-in failed"),
    "LOCKED_OUT": _("Locked out"),
    "SESSION_ENDED": _("Session ended"),
    "PASSWORD_CHANGED": _("Password changed"),
    "PASSWORD_STORED": _("Stored password replaced"),
    "SECOND_FACTOR_ADDED": _("Second factor added"),
    "SECOND_FACTOR_REMOVED": _("Second factor removed"),
    "REFUSED": _("Refused"),
    "DOWNLOADED": _("Downloaded"),
    "EXPORTED": _("Exported"),
    "VIEWED": _("Looked at"),
    "CUSTODY": _("Chain of custody"),
    "FILE_ALTERED": _("Stored file found altered"),
    "FILE_MISSING": _("Stored file found missing"),
    "FILE_UNREADABLE": _("Stored file cannot be read"),
    "FILE_UNCLAIMED": _("Stored content removed that nothing needed"),
    "FILE_SOUND_AGAIN": _("Stored file sound again"),
    "FROZEN": _("Report frozen"),
    "ISSUED": _("Report issued"),
    "ERASED": _("Personal data erased"),
    "REMINDED": _("Reminded"),
    "SCHEMA_SEALED": _("Guards of the database sealed"),
    "KEY_ROTATED": _("Signing key changed"),
    "KEY_RETIRED": _("Signing key retired"),
    "LOG_RESTARTED": _("Log continued after a loss"),
    "GLASS_BROKEN_FOR_NOBODY": _("Glass broken for a workflow that is not registered"),
    "CALLER_SET_ASIDE": _("Unknown caller set aside"),
    "WEBHOOK_SENT_AGAIN": _("Webhooks sent again"),
    "SIGNALS_READ_AGAIN": _("Deliveries of signals read again"),
    "CHECKPOINT_ADOPTED": _("Log held against a checkpoint from outside"),
}
"""What events are called. An event may be noted without being listed here: its symbol then speaks for itself."""
DETAILS = {
    "ip": _("IP address"),
    "user_agent": _("Browser"),
    "by": _("By"),
    "address": _("Address typed"),
    "path": _("Page"),
    "method": _("Method"),
    "policy": _("Rule"),
    "people": _("People"),
    "sha256": "SHA-256",
}
PERSONAL_DETAILS = ("ip", "user_agent", "address")
"""Details that are personal data: an entry only commits to them, so that they can be erased."""


def label_of(event: str) -> str:
    return str(LABELS.get(event, event.replace("_", " ").capitalize()))


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
