"""That a sealed entry of the history was taken away, as a file or through the API, is part of the history too."""

from datetime import datetime
from hashlib import sha256

from registry.kernel.audit.events import note
from registry.models import AuditEntry


def entry(row: AuditEntry, filename: str, content: bytes, *, at: datetime) -> None:
    """`content` are the bytes handed out, and `filename` what they are called."""
    note(
        "DOWNLOADED",
        at=at,
        object_type=AuditEntry._meta.label_lower,
        object_id=row.pk,
        detail={"file": filename, "sha256": sha256(content).hexdigest()},
    )
