"""Addresses of reviews, remediation and reports."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from reviews.api.views.actions import ActionViewSet
from reviews.api.views.differences import IncidentDifferenceViewSet
from reviews.api.views.documents import DocumentViewSet, IncidentEndViewSet
from reviews.api.views.extensions import ExtensionViewSet
from reviews.api.views.report_kinds import (
    CollectedReportViewSet,
    GateReportViewSet,
    IncidentSummaryViewSet,
    WorkflowDossierViewSet,
)
from reviews.api.views.reviews import ReviewViewSet, StartReviewViewSet
from reviews.api.views.searching import SearchViewSet
from reviews.api.views.verifying import VerifyViewSet

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in (
    ("incidents", IncidentDifferenceViewSet, "incident-difference"),
    ("incidents", IncidentEndViewSet, "incident-end"),
    ("incidents", IncidentSummaryViewSet, "incident-summary"),
    ("incidents", StartReviewViewSet, "incident-review"),
    ("workflows", WorkflowDossierViewSet, "workflow-dossier"),
    ("gate-requests", GateReportViewSet, "gate-report"),
    ("reviews", ReviewViewSet, "review"),
    ("action-items", ActionViewSet, "action-item"),
    ("action-items/<int:action_pk>/extensions", ExtensionViewSet, "extension"),
    ("documents", CollectedReportViewSet, "collected-report"),
    ("documents", DocumentViewSet, "document"),
):
    router.register(prefix, viewset, basename=name)

urlpatterns = [
    *router.urls,
    path("search/", SearchViewSet.as_view({"get": "retrieve"}), name="search"),
    path("verify/", VerifyViewSet.as_view({"get": "retrieve"}), name="verify"),
]
