"""Addresses of reviews, remediation and reports."""

from rest_framework.routers import SimpleRouter

from reviews.api.views.actions import ActionViewSet
from reviews.api.views.documents import DocumentViewSet, IncidentEndViewSet
from reviews.api.views.extensions import ExtensionViewSet
from reviews.api.views.reviews import ReviewViewSet, StartReviewViewSet

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in (
    ("incidents", IncidentEndViewSet, "incident-end"),
    ("incidents", StartReviewViewSet, "incident-review"),
    ("reviews", ReviewViewSet, "review"),
    ("action-items", ActionViewSet, "action-item"),
    ("action-items/<int:action_pk>/extensions", ExtensionViewSet, "extension"),
    ("documents", DocumentViewSet, "document"),
):
    router.register(prefix, viewset, basename=name)

urlpatterns = router.urls
