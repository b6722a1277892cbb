"""Pages of the registry."""

from registry.urls import imports, people, records, register, workflows

urlpatterns = [
    *register.urlpatterns,
    *workflows.urlpatterns,
    *imports.urlpatterns,
    *people.urlpatterns,
    *records.urlpatterns,
]
