from django.urls import path

from reviews.views import reports

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/download/", reports.take, name="report-download"),
    path("reports/<int:pk>/again/", reports.again, name="report-again"),
    path("incidents/<int:pk>/report/", reports.incident_report, name="incident-report"),
]
