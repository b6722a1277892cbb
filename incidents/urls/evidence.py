from django.urls import URLPattern, path

from incidents.views import evidence, evidence_items, evidence_list

urlpatterns: list[URLPattern] = [
    path("incidents/<int:pk>/evidence/", evidence.pieces, name="incident-evidence"),
    path("evidence/", evidence_list.evidence_list, name="evidence-list"),
    path("evidence/<int:pk>/", evidence_items.piece, name="evidence"),
    path("evidence/<int:pk>/verify/", evidence_items.verify, name="evidence-verify"),
    path("evidence/<int:pk>/download/", evidence_items.take, name="evidence-download"),
    path("evidence/<int:pk>/hold/", evidence_items.hold, name="evidence-hold"),
]
