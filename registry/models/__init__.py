"""The tables of the system of record."""

from registry.kernel.models import (
    ApiToken,
    AuditEntry,
    Checkpoint,
    DeliveredMail,
    Digest,
    Document,
    DocumentCounter,
    DocumentPart,
    Erasure,
    Gap,
    IntegrityCheck,
    Leaf,
    LogKey,
    Mail,
    Notice,
    Receipt,
    RememberedAnswer,
    RenderingJob,
    SchemaSeal,
    Secret,
    StoredFile,
    Tile,
    TokenUse,
    Volume,
)
from registry.models.assessments import AssessmentDraft, ReassessmentCall, TierAssessment
from registry.models.attestations import Attestation, AttestationCampaign
from registry.models.baselines import Baseline
from registry.models.capabilities import CapabilityRecord, GapAcceptance
from registry.models.containment import ContainmentOption
from registry.models.control import ControlCandidate, ControlChange, ControlInstance, ControlToken
from registry.models.custom_fields import CustomField
from registry.models.downstream import DownstreamAction
from registry.models.gates import GateCondition, GateRequest, GateStep
from registry.models.imports import ChangeSet, ImportMapping, ImportRow
from registry.models.installation import Heartbeat, Installation
from registry.models.organisation import BusinessUnit, Vendor
from registry.models.organisation_rules import OrganisationRules
from registry.models.people import DigestRhythm, Role, User
from registry.models.playbooks import Playbook
from registry.models.register_changes import RegisterChange
from registry.models.restrictions import ControlRevision, Restriction
from registry.models.signals import Signal
from registry.models.successions import Succession
from registry.models.surfaces import Surface, SurfaceVersion
from registry.models.tier_rules import TierRuleSet
from registry.models.vendors import VendorAnswer
from registry.models.view_watches import ViewLook, ViewWatch
from registry.models.views import SavedView
from registry.models.watches import NewsCursor, Watch
from registry.models.workflow_words import Stage, Tier
from registry.models.workflows import Workflow

__all__ = [
    "ApiToken",
    "AssessmentDraft",
    "Attestation",
    "AttestationCampaign",
    "AuditEntry",
    "Baseline",
    "BusinessUnit",
    "CapabilityRecord",
    "ChangeSet",
    "Checkpoint",
    "ContainmentOption",
    "ControlCandidate",
    "ControlChange",
    "ControlInstance",
    "ControlRevision",
    "ControlToken",
    "CustomField",
    "DeliveredMail",
    "Digest",
    "DigestRhythm",
    "Document",
    "DocumentCounter",
    "DocumentPart",
    "DownstreamAction",
    "Erasure",
    "Gap",
    "GapAcceptance",
    "GateCondition",
    "GateRequest",
    "GateStep",
    "Heartbeat",
    "ImportMapping",
    "ImportRow",
    "Installation",
    "IntegrityCheck",
    "Leaf",
    "LogKey",
    "Mail",
    "NewsCursor",
    "Notice",
    "OrganisationRules",
    "Playbook",
    "ReassessmentCall",
    "Receipt",
    "RegisterChange",
    "RememberedAnswer",
    "RenderingJob",
    "Restriction",
    "Role",
    "SavedView",
    "SchemaSeal",
    "Secret",
    "Signal",
    "Stage",
    "StoredFile",
    "Succession",
    "Surface",
    "SurfaceVersion",
    "Tier",
    "TierAssessment",
    "TierRuleSet",
    "Tile",
    "TokenUse",
    "User",
    "Vendor",
    "VendorAnswer",
    "ViewLook",
    "ViewWatch",
    "Volume",
    "Watch",
    "Workflow",
]
