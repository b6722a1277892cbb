"""The rules the organisation agrees on before an incident."""

from django.urls import path

from registry.views import organisation_rules, organisation_rules_versions

urlpatterns = [
    path("rules/", organisation_rules.overview, name="organisation-rules"),
    path("rules/versions/<int:pk>/", organisation_rules_versions.version, name="organisation-rules-version"),
    path("rules/<slug:which>/", organisation_rules.rules, name="organisation-rules-kind"),
    path("rules/<slug:which>/propose/", organisation_rules_versions.propose, name="organisation-rules-propose"),
]
