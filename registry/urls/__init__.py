"""Pages of the registry."""

from registry.urls import (
    attestations,
    audit,
    change_sets,
    custom_fields,
    gaps,
    gates,
    imports,
    organisation_rules,
    people,
    published,
    records,
    register,
    tags,
    tier_rules,
    vendors,
    workflows,
)

urlpatterns = [
    *register.urlpatterns,
    *workflows.urlpatterns,
    *tier_rules.urlpatterns,
    *organisation_rules.urlpatterns,
    *gaps.urlpatterns,
    *tags.urlpatterns,
    *custom_fields.urlpatterns,
    *attestations.urlpatterns,
    *gates.urlpatterns,
    *vendors.urlpatterns,
    *imports.urlpatterns,
    *change_sets.urlpatterns,
    *people.urlpatterns,
    *audit.urlpatterns,
    *records.urlpatterns,
    *published.urlpatterns,
]
