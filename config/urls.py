"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("incidents.urls")),
    path("", include("registry.urls")),
    path("account/", include("allauth.urls")),
]
