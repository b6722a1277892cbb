"""Tags."""

from django.urls import path

from registry.views import tags

urlpatterns = [
    path("tags/", tags.tags, name="tags"),
    path("tags/rename/", tags.rename, name="tag-rename"),
]
