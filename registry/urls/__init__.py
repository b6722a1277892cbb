"""Pages of the registry."""

from registry.urls import audit, imports, people, published, records, register, workflows

urlpatterns = [
    *register.urlpatterns,
    *workflows.urlpatterns,
    *imports.urlpatterns,
    *people.urlpatterns,
    *audit.urlpatterns,
    *records.urlpatterns,
    *published.urlpatterns,
]
