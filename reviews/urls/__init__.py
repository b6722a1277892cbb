"""Pages of reviews, action items and reports, and the overview."""

from reviews.urls import actions, overview, reports, reviews

urlpatterns = [*overview.urlpatterns, *reviews.urlpatterns, *actions.urlpatterns, *reports.urlpatterns]
