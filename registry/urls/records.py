"""Help, and what probes ask."""

from django.urls import path

from registry.views import health, help_page

urlpatterns = [
    path("help/", help_page.help_page, name="help"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
