"""Addresses of the incident room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api.views.backlog import BacklogViewSet
from incidents.api.views.communications import CommunicationViewSet
from incidents.api.views.custody import CustodyViewSet, OpeningViewSet
from incidents.api.views.earlier import EarlierViewSet
from incidents.api.views.evidence import EvidenceViewSet, IncidentEvidenceViewSet
from incidents.api.views.evidence_requests import EvidenceRequestViewSet, IncidentEvidenceRequestViewSet
from incidents.api.views.exporting import ExportViewSet
from incidents.api.views.first_hour import FirstHourViewSet
from incidents.api.views.history import IncidentHistoryViewSet
from incidents.api.views.incidents import IncidentViewSet
from incidents.api.views.linking import LinkViewSet
from incidents.api.views.live import PresenceViewSet, StreamViewSet
from incidents.api.views.output_lists import OutputListViewSet, OutputSampleViewSet
from incidents.api.views.outputs import AffectedOutputViewSet
from incidents.api.views.outside import ObligationViewSet
from incidents.api.views.retention import RetentionReviewViewSet
from incidents.api.views.returning import CriterionViewSet
from incidents.api.views.room import ContainmentViewSet, EscalationViewSet, RoleViewSet, SnapshotViewSet
from incidents.api.views.severity import SeverityViewSet
from incidents.api.views.steps import PassageViewSet, StepViewSet
from incidents.api.views.timeline import MomentViewSet, TimelineViewSet
from incidents.api.views.webhooks import WebhookDeliveryViewSet, WebhookViewSet

OF_INCIDENT = "incidents/<int:incident_pk>"

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in (
    ("incidents", IncidentViewSet, "incident"),
    ("incidents", StepViewSet, "incident-step"),
    (f"{OF_INCIDENT}/passages", PassageViewSet, "incident-passage"),
    (f"{OF_INCIDENT}/severity-assessments", SeverityViewSet, "incident-severity-assessment"),
    (f"{OF_INCIDENT}/first-hour", FirstHourViewSet, "incident-first-hour"),
    (f"{OF_INCIDENT}/return-criteria", CriterionViewSet, "incident-criterion"),
    (f"{OF_INCIDENT}/timeline", TimelineViewSet, "incident-timeline"),
    (f"{OF_INCIDENT}/stream", StreamViewSet, "incident-stream"),
    (f"{OF_INCIDENT}/present", PresenceViewSet, "incident-present"),
    (f"{OF_INCIDENT}/moments", MomentViewSet, "incident-moment"),
    (f"{OF_INCIDENT}/roles", RoleViewSet, "incident-role"),
    (f"{OF_INCIDENT}/earlier", EarlierViewSet, "incident-earlier"),
    (f"{OF_INCIDENT}/escalations", EscalationViewSet, "incident-escalation"),
    (f"{OF_INCIDENT}/containment-actions", ContainmentViewSet, "incident-containment-action"),
    (f"{OF_INCIDENT}/evidence", IncidentEvidenceViewSet, "incident-evidence"),
    (f"{OF_INCIDENT}/evidence-requests", IncidentEvidenceRequestViewSet, "incident-evidence-request"),
    (f"{OF_INCIDENT}/communications", CommunicationViewSet, "incident-communication"),
    (f"{OF_INCIDENT}/obligations", ObligationViewSet, "incident-obligation"),
    (f"{OF_INCIDENT}/affected-outputs", AffectedOutputViewSet, "incident-affected-output"),
    (f"{OF_INCIDENT}/output-lists", OutputListViewSet, "incident-output-list"),
    (f"{OF_INCIDENT}/output-sample", OutputSampleViewSet, "incident-output-sample"),
    (f"{OF_INCIDENT}/backlog", BacklogViewSet, "incident-backlog"),
    (f"{OF_INCIDENT}/snapshots", SnapshotViewSet, "incident-snapshot"),
    (f"{OF_INCIDENT}/links", LinkViewSet, "incident-link"),
    (f"{OF_INCIDENT}/history", IncidentHistoryViewSet, "incident-history"),
    ("evidence", EvidenceViewSet, "evidence"),
    ("evidence/<int:evidence_pk>/custody", CustodyViewSet, "evidence-custody"),
    ("evidence/<int:evidence_pk>/openings", OpeningViewSet, "evidence-opening"),
    ("evidence-requests", EvidenceRequestViewSet, "evidence-request"),
    ("retention-reviews", RetentionReviewViewSet, "retention-review"),
    ("webhooks", WebhookViewSet, "webhook"),
    ("webhook-deliveries", WebhookDeliveryViewSet, "webhook-delivery"),
):
    router.register(prefix, viewset, basename=name)

urlpatterns = [
    path(f"{OF_INCIDENT}/frameworks/", ExportViewSet.as_view({"get": "list"}), name="incident-frameworks"),
    path(
        f"{OF_INCIDENT}/frameworks/<str:standard>/",
        ExportViewSet.as_view({"get": "retrieve"}),
        name="incident-framework",
    ),
    *router.urls,
]
