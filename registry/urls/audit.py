"""The site-wide history, its views, chains and entries, and the ledger under it."""

from django.urls import URLPattern, path

from registry.views import audit, audit_entries, audit_tabs, erasures, ledger

urlpatterns: list[URLPattern] = [
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
    path("audit/views/save/", audit_tabs.save, name="audit-view-save"),
    path("audit/views/<int:pk>/", audit_tabs.change, name="audit-view-edit"),
    path("audit/views/<int:pk>/delete/", audit_tabs.delete, name="audit-view-delete"),
    path("audit/entries/<int:pk>/", audit_entries.entry, name="audit-entry"),
    path("audit/entries/<int:pk>/payload/", audit_entries.payload, name="audit-entry-payload"),
    path("audit/entries/<int:pk>/proof/", audit_entries.proof, name="audit-entry-proof"),
    path("audit/chain/<str:label>/<str:key>/", audit_entries.chain, name="audit-chain"),
    path("audit/erasures/", erasures.erasures, name="erasures"),
    path("audit/erasures/ask/", erasures.ask, name="erasure-ask"),
    path("audit/erasures/<int:pk>/", erasures.erasure, name="erasure"),
    path("audit/ledger/", ledger.ledger, name="ledger"),
    path("audit/ledger/checkpoint/", ledger.checkpoint, name="ledger-checkpoint"),
    path("audit/ledger/consistency/", ledger.consistency, name="ledger-consistency"),
    path("audit/ledger/receipts/<int:pk>/answer/", ledger.answer, name="ledger-answer"),
    path("audit/ledger/export/", ledger.export, name="ledger-export"),
]
