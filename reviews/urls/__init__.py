"""Pages of reviews, action items and reports, and the overview."""

from reviews.urls import actions, overview, reports, reviews, verifying

urlpatterns = [
    *overview.urlpatterns,
    *reviews.urlpatterns,
    *actions.urlpatterns,
    *reports.urlpatterns,
    *verifying.urlpatterns,
]
