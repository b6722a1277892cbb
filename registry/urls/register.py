"""The list of workflows: reading it, saving views of it, exporting it, changing many rows."""

from django.urls import URLPattern, path

from registry.views import (
    bulk_edits,
    dashboard,
    exports,
    register,
    register_columns,
    saved_views,
    view_watches,
    watches,
)

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("workflows/", register.register, name="register"),
    path("workflows/export/<str:kind>/", exports.export, name="register-export"),
    path("workflows/export/<slug:of>/<str:kind>/", exports.records, name="records-export"),
    path("exports/", exports.choose, name="exports"),
    path("workflows/bulk/<str:what>/", bulk_edits.bulk_edit, name="register-bulk"),
    path("workflows/watch/", watches.watch_many, name="register-watch"),
    path("workflows/columns/", register_columns.keep, name="register-columns"),
    path("workflows/views/save/", saved_views.save, name="saved-view-save"),
    path("workflows/views/<int:pk>/", saved_views.change, name="saved-view-edit"),
    path("workflows/views/<int:pk>/open/", view_watches.open_view, name="saved-view-open"),
    path("workflows/views/<int:pk>/watch/", view_watches.watch, name="saved-view-watch"),
    path("workflows/views/<int:pk>/unwatch/", view_watches.unwatch, name="saved-view-unwatch"),
    path("workflows/views/<int:pk>/delete/", saved_views.delete, name="saved-view-delete"),
]
