"""The tables of the incident room."""

from incidents.models.approvals import MessageApproval, Reach
from incidents.models.backlog import BacklogReading
from incidents.models.communications import Communication, Obligation
from incidents.models.containment import ContainmentAction, GovernedSnapshot
from incidents.models.escalations import Escalation
from incidents.models.evidence import CustodyEvent, Evidence, RetentionReview
from incidents.models.evidence_access import EvidenceOpener, Redaction
from incidents.models.evidence_requests import EvidenceRequest
from incidents.models.first_hour import FirstHourDecision
from incidents.models.incidents import Incident, IncidentWorkflow, RoomAccess
from incidents.models.links import IncidentLink
from incidents.models.output_lists import OutputList, OutputSample
from incidents.models.outputs import AffectedOutput, OutputShare, OutputTally
from incidents.models.people import RoleAssignment
from incidents.models.progress import Moment, Passage, PhaseTrack
from incidents.models.returning import CriterionCheck
from incidents.models.severity import SeverityAssessment
from incidents.models.ties import SentenceTie
from incidents.models.timeline import TimelineEntry
from incidents.models.webhooks import (
    WebhookAttempt,
    WebhookCursor,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    WebhookStanding,
)

__all__ = [
    "AffectedOutput",
    "BacklogReading",
    "Communication",
    "ContainmentAction",
    "CriterionCheck",
    "CustodyEvent",
    "Escalation",
    "Evidence",
    "EvidenceOpener",
    "EvidenceRequest",
    "FirstHourDecision",
    "GovernedSnapshot",
    "Incident",
    "IncidentLink",
    "IncidentWorkflow",
    "MessageApproval",
    "Moment",
    "Obligation",
    "OutputList",
    "OutputSample",
    "OutputShare",
    "OutputTally",
    "Passage",
    "PhaseTrack",
    "Reach",
    "Redaction",
    "RetentionReview",
    "RoleAssignment",
    "RoomAccess",
    "SentenceTie",
    "SeverityAssessment",
    "TimelineEntry",
    "WebhookAttempt",
    "WebhookCursor",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
    "WebhookStanding",
]
