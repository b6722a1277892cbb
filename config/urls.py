"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("intake.urls")),
    path("", include("incidents.urls")),
    path("", include("registry.urls")),
    path("api/v1/", include("config.api")),
    path("account/", include("allauth.urls")),
]

handler400 = "registry.kernel.http.fallbacks.bad_request"
handler404 = "registry.kernel.http.fallbacks.page_not_found"
handler500 = "registry.kernel.http.fallbacks.server_error"
