"""The tier rules."""

from django.urls import path

from registry.views import tier_rules, tier_rules_proposing

urlpatterns = [
    path("tier-rules/", tier_rules.rules, name="tier-rules"),
    path("tier-rules/propose/", tier_rules_proposing.propose, name="tier-rules-propose"),
    path("tier-rules/propose/text/", tier_rules_proposing.as_text, name="tier-rules-propose-text"),
    path("tier-rules/<int:pk>/", tier_rules.version, name="tier-rules-version"),
]
