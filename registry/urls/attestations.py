"""Attestation campaigns, and what is attested in them."""

from django.urls import path

from registry.views import attestation, attestations, campaigns, campaigns_running

urlpatterns = [
    path("attestations/", attestations.attestations, name="attestations"),
    path("attestations/unchanged/", attestations.attest_unchanged, name="attestations-unchanged"),
    path("attestations/<int:pk>/", attestation.attestation, name="attestation"),
    path("attestations/<int:pk>/correct/", attestation.correct, name="attestation-correct"),
    path("attestations/<int:pk>/hand-on/", attestation.hand_on, name="attestation-hand-on"),
    path("attestations/<int:pk>/excuse/", attestation.excuse, name="attestation-excuse"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns_running.start, name="campaign-new"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/remind/", campaigns_running.remind, name="campaign-remind"),
    path("campaigns/<int:pk>/close/", campaigns_running.close, name="campaign-close"),
    path("campaigns/<int:pk>/export/<str:kind>/", campaigns_running.export, name="campaign-export"),
]
