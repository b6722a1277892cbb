"""Change-sets."""

from django.urls import path

from registry.views import change_sets

urlpatterns = [
    path("change-sets/", change_sets.change_sets, name="change-sets"),
    path("change-sets/<int:pk>/", change_sets.change_set, name="change-set"),
    path("change-sets/<int:pk>/undo/", change_sets.undo, name="change-set-undo"),
]
