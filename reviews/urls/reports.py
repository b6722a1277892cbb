from django.urls import path

from reviews.views import asking, reports, versions

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/new/incident/", asking.incident, name="report-new-incident"),
    path("reports/new/dossier/", asking.dossier, name="report-new-dossier"),
    path("reports/new/inventory/", asking.inventory, name="report-new-inventory"),
    path("reports/new/audit-pack/", asking.audit_pack, name="report-new-audit-pack"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/download/", reports.take, name="report-download"),
    path("reports/<int:pk>/issued/", reports.proof_of_issue, name="report-issued"),
    path("reports/<int:pk>/difference/", versions.difference, name="report-difference"),
    path("reports/<int:pk>/again/", reports.again, name="report-again"),
    path("incidents/<int:pk>/report/", reports.incident_report, name="incident-report"),
    path("incidents/<int:pk>/summary/", asking.incident_summary, name="incident-summary"),
    path("gates/<int:pk>/report/", asking.gate_report, name="gate-report"),
    path("workflows/<int:pk>/dossier/", asking.workflow_dossier, name="workflow-dossier"),
]
