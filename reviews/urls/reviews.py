from django.urls import path

from reviews.views import closing, reviews

urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/edit/", reviews.edit, name="review-edit"),
    path("reviews/<int:pk>/submit/", reviews.submit, name="review-submit"),
    path("reviews/<int:pk>/decide/", reviews.decide, name="review-decide"),
    path("reviews/<int:pk>/reopen/", reviews.reopen, name="review-reopen"),
    path("incidents/<int:pk>/review/", reviews.incident_review, name="incident-review"),
    path("incidents/<int:pk>/close/", closing.incident_close, name="incident-close"),
]
