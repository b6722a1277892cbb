"""Addresses of the system of record."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from registry.api.views.assessment_drafts import AssessmentDraftViewSet
from registry.api.views.assessments import AssessmentViewSet
from registry.api.views.attestations import AttestationViewSet, CampaignViewSet
from registry.api.views.audit import AuditViewSet
from registry.api.views.audit_views import AuditSavedViewSet
from registry.api.views.baselines import (
    BaselineViewSet,
    DeploymentViewSet,
    DriftViewSet,
    WorkflowBaselineViewSet,
)
from registry.api.views.capabilities import GapAcceptanceViewSet, GapViewSet, WorkflowCapabilityViewSet
from registry.api.views.change_sets import ChangeSetRowViewSet, ChangeSetViewSet
from registry.api.views.containment import OptionViewSet, WorkflowOptionViewSet
from registry.api.views.containment_templates import TemplateViewSet, WorkflowTemplateViewSet
from registry.api.views.control import (
    CallerViewSet,
    KeyViewSet,
    RestrictionViewSet,
    WorkflowControlViewSet,
    WorkflowInstanceViewSet,
    WorkflowKeyViewSet,
)
from registry.api.views.custom_fields import CustomFieldViewSet
from registry.api.views.dashboard import DashboardViewSet
from registry.api.views.downstream import DownstreamViewSet, WorkflowDownstreamViewSet
from registry.api.views.erasures import ErasureViewSet
from registry.api.views.exports import ExportViewSet
from registry.api.views.gates import GateConditionViewSet, GateRequestViewSet, WorkflowGateViewSet
from registry.api.views.history import WorkflowHistoryViewSet
from registry.api.views.imports import ImportRowViewSet, ImportViewSet
from registry.api.views.ledger import CheckViewSet, LedgerExportViewSet, LedgerViewSet, ReceiptViewSet
from registry.api.views.notices import NoticeViewSet, WatchViewSet
from registry.api.views.organisation import MeViewSet, PersonViewSet, UnitViewSet
from registry.api.views.organisation_rules import OrganisationRulesViewSet
from registry.api.views.playbooks import PlaybookReviewViewSet, PlaybookViewSet
from registry.api.views.readiness import WorkflowReadinessViewSet
from registry.api.views.register_views import RegisterViewViewSet
from registry.api.views.signals import SignalViewSet, WorkflowSignalViewSet
from registry.api.views.surfaces import SurfaceVersionViewSet, SurfaceViewSet, WorkflowSurfaceViewSet
from registry.api.views.tags import TagViewSet
from registry.api.views.tier_rules import TierRulesViewSet
from registry.api.views.vendors import VendorQuestionViewSet, VendorViewSet
from registry.api.views.workflows import WorkflowViewSet

OF_WORKFLOW = "workflows/<int:workflow_pk>"

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in (
    ("workflows", WorkflowViewSet, "workflow"),
    (f"{OF_WORKFLOW}/tier-assessments", AssessmentViewSet, "tier-assessment"),
    (f"{OF_WORKFLOW}/assessment-drafts", AssessmentDraftViewSet, "assessment-draft"),
    (f"{OF_WORKFLOW}/surfaces", WorkflowSurfaceViewSet, "workflow-surface"),
    (f"{OF_WORKFLOW}/baselines", WorkflowBaselineViewSet, "workflow-baseline"),
    ("workflows/<str:workflow_key>/deployments", DeploymentViewSet, "workflow-deployment"),
    (f"{OF_WORKFLOW}/containment-options/from-template", WorkflowTemplateViewSet, "workflow-containment-template"),
    (f"{OF_WORKFLOW}/containment-options", WorkflowOptionViewSet, "workflow-containment-option"),
    (f"{OF_WORKFLOW}/control-keys", WorkflowKeyViewSet, "workflow-control-key"),
    (f"{OF_WORKFLOW}/control-instances", WorkflowInstanceViewSet, "workflow-control-instance"),
    (f"{OF_WORKFLOW}/signals", WorkflowSignalViewSet, "workflow-signal"),
    (f"{OF_WORKFLOW}/downstream-actions", WorkflowDownstreamViewSet, "workflow-downstream-action"),
    (f"{OF_WORKFLOW}/capabilities", WorkflowCapabilityViewSet, "workflow-capability"),
    (f"{OF_WORKFLOW}/gates", WorkflowGateViewSet, "workflow-gate"),
    (f"{OF_WORKFLOW}/history", WorkflowHistoryViewSet, "workflow-history"),
    ("register-views", RegisterViewViewSet, "register-view"),
    ("tags", TagViewSet, "tag"),
    ("custom-fields", CustomFieldViewSet, "custom-field"),
    ("tier-rules", TierRulesViewSet, "tier-rules"),
    ("organisation-rules", OrganisationRulesViewSet, "organisation-rules"),
    ("surfaces", SurfaceViewSet, "surface"),
    ("surfaces/<int:surface_pk>/versions", SurfaceVersionViewSet, "surface-version"),
    ("baselines", BaselineViewSet, "baseline"),
    ("containment-templates", TemplateViewSet, "containment-template"),
    ("containment-options", OptionViewSet, "containment-option"),
    ("control-keys", KeyViewSet, "control-key"),
    ("control-callers", CallerViewSet, "control-caller"),
    ("restrictions", RestrictionViewSet, "restriction"),
    ("signals", SignalViewSet, "signal"),
    ("downstream-actions", DownstreamViewSet, "downstream-action"),
    ("gaps", GapViewSet, "gap"),
    ("gap-acceptances", GapAcceptanceViewSet, "gap-acceptance"),
    ("attestation-campaigns", CampaignViewSet, "attestation-campaign"),
    ("attestations", AttestationViewSet, "attestation"),
    ("gate-requests", GateRequestViewSet, "gate-request"),
    ("gate-conditions", GateConditionViewSet, "gate-condition"),
    ("business-units", UnitViewSet, "business-unit"),
    ("vendors", VendorViewSet, "vendor"),
    ("vendors/<int:vendor_pk>/questions", VendorQuestionViewSet, "vendor-question"),
    ("people", PersonViewSet, "person"),
    ("imports", ImportViewSet, "import"),
    ("imports/<int:import_pk>/rows", ImportRowViewSet, "import-row"),
    ("change-sets", ChangeSetViewSet, "change-set"),
    ("change-sets/<int:change_set_pk>/rows", ChangeSetRowViewSet, "change-set-row"),
    ("notices", NoticeViewSet, "notice"),
    ("watches", WatchViewSet, "watch"),
    ("audit/views", AuditSavedViewSet, "audit-view"),
    ("audit", AuditViewSet, "audit"),
    ("ledger/receipts", ReceiptViewSet, "ledger-receipt"),
    ("ledger/checks", CheckViewSet, "ledger-check"),
    ("erasures", ErasureViewSet, "erasure"),
):
    router.register(prefix, viewset, basename=name)

urlpatterns = [
    *router.urls,
    path(f"{OF_WORKFLOW}/control/", WorkflowControlViewSet.as_view({"get": "retrieve"}), name="workflow-control"),
    path(f"{OF_WORKFLOW}/drift/", DriftViewSet.as_view({"get": "retrieve"}), name="workflow-drift"),
    path(
        f"{OF_WORKFLOW}/playbook/",
        PlaybookViewSet.as_view({"get": "retrieve", "post": "create", "patch": "partial_update"}),
        name="workflow-playbook",
    ),
    path(
        f"{OF_WORKFLOW}/playbook/reviewed/",
        PlaybookReviewViewSet.as_view({"post": "create"}),
        name="workflow-playbook-reviewed",
    ),
    path(f"{OF_WORKFLOW}/readiness/", WorkflowReadinessViewSet.as_view({"get": "retrieve"}), name="workflow-readiness"),
    path("exports/<str:of>/download/", ExportViewSet.as_view({"get": "retrieve"}), name="export"),
    path("dashboard/", DashboardViewSet.as_view({"get": "list"}), name="dashboard"),
    path("me/", MeViewSet.as_view({"get": "retrieve"}), name="me"),
    path("me/digest/", MeViewSet.as_view({"post": "digest"}, detail=True), name="me-digest"),
    path("ledger/", LedgerViewSet.as_view({"get": "retrieve"}), name="ledger"),
    path("ledger/export/", LedgerExportViewSet.as_view({"get": "retrieve"}), name="ledger-export"),
]
