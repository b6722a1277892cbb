"""All tables of the kernel in one place, for the application that carries them."""

from registry.kernel.access.models import ApiToken, RememberedAnswer, TokenUse
from registry.kernel.audit.models import AuditEntry
from registry.kernel.documents.models import Document, DocumentCounter, DocumentPart, RenderingJob, Volume
from registry.kernel.files import StoredFile
from registry.kernel.ledger.erasure import Erasure
from registry.kernel.ledger.models import (
    Checkpoint,
    Gap,
    IntegrityCheck,
    Leaf,
    LogKey,
    Receipt,
    SchemaSeal,
    Secret,
    Tile,
)
from registry.kernel.notify.models import DeliveredMail, Digest, Mail, Notice

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Checkpoint",
    "DeliveredMail",
    "Digest",
    "Document",
    "DocumentCounter",
    "DocumentPart",
    "Erasure",
    "Gap",
    "IntegrityCheck",
    "Leaf",
    "LogKey",
    "Mail",
    "Notice",
    "Receipt",
    "RememberedAnswer",
    "RenderingJob",
    "SchemaSeal",
    "Secret",
    "StoredFile",
    "Tile",
    "TokenUse",
    "Volume",
]
