"""Pages of imports."""

from django.urls import path

from registry.views import imports, imports_deciding, imports_mapping

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/map/", imports_mapping.import_map, name="import-map"),
    path("imports/<int:pk>/try/", imports_mapping.import_try, name="import-try"),
    path("imports/<int:pk>/apply/", imports_deciding.import_apply, name="import-apply"),
    path("imports/<int:pk>/undo/", imports_deciding.import_undo, name="import-undo"),
    path("imports/<int:pk>/discard/", imports_deciding.import_discard, name="import-discard"),
    path("imports/<int:pk>/rows/<int:number>/", imports.import_row, name="import-row"),
    path("imports/<int:pk>/problems.csv", imports.import_problems, name="import-problems"),
]
