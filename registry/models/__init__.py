"""The tables of the system of record."""

from registry.kernel.models import (
    ApiToken,
    AuditEntry,
    DeliveredMail,
    Document,
    DocumentCounter,
    Mail,
    Notice,
    RememberedAnswer,
    RenderingJob,
    StoredFile,
    TokenUse,
)
from registry.models.assessments import TierAssessment, TierRuleSet
from registry.models.containment import ContainmentOption
from registry.models.imports import ChangeSet, ImportMapping, ImportRow
from registry.models.installation import Heartbeat, Installation
from registry.models.organisation import BusinessUnit, Vendor
from registry.models.people import Role, User
from registry.models.surfaces import Surface, SurfaceVersion
from registry.models.views import SavedView
from registry.models.workflows import Stage, Tier, Workflow

__all__ = [
    "ApiToken",
    "AuditEntry",
    "BusinessUnit",
    "ChangeSet",
    "ContainmentOption",
    "DeliveredMail",
    "Document",
    "DocumentCounter",
    "Heartbeat",
    "ImportMapping",
    "ImportRow",
    "Installation",
    "Mail",
    "Notice",
    "RememberedAnswer",
    "RenderingJob",
    "Role",
    "SavedView",
    "Stage",
    "StoredFile",
    "Surface",
    "SurfaceVersion",
    "Tier",
    "TierAssessment",
    "TierRuleSet",
    "TokenUse",
    "User",
    "Vendor",
    "Workflow",
]
