"""The tier rules."""

from django.urls import path

from registry.views import tier_rules

urlpatterns = [
    path("tier-rules/", tier_rules.rules, name="tier-rules"),
    path("tier-rules/propose/", tier_rules.propose, name="tier-rules-propose"),
    path("tier-rules/<int:pk>/", tier_rules.version, name="tier-rules-version"),
]
