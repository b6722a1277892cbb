from django.urls import URLPattern, path

from incidents.views import evidence, evidence_items, evidence_list, retention

urlpatterns: list[URLPattern] = [
    path("incidents/<int:pk>/evidence/", evidence.pieces, name="incident-evidence"),
    path("evidence/", evidence_list.evidence_list, name="evidence-list"),
    path("evidence/<int:pk>/", evidence_items.piece, name="evidence"),
    path("evidence/<int:pk>/verify/", evidence_items.verify, name="evidence-verify"),
    path("evidence/<int:pk>/download/", evidence_items.take, name="evidence-download"),
    path("evidence/<int:pk>/hold/", evidence_items.hold, name="evidence-hold"),
    path("evidence/<int:pk>/retention/", evidence_items.reclassify, name="evidence-retention"),
    path("evidence/retention/", retention.reviews, name="retention"),
    path("evidence/retention/<int:pk>/", retention.review, name="retention-review"),
    path("evidence/retention/<int:pk>/keep/", retention.keep, name="retention-keep"),
    path("evidence/retention/<int:pk>/propose/", retention.propose, name="retention-propose"),
    path("evidence/retention/<int:pk>/confirm/", retention.confirm, name="retention-confirm"),
    path("evidence/retention/<int:pk>/decline/", retention.decline, name="retention-decline"),
]
