"""The list of gaps over all workflows."""

from django.urls import path

from registry.views import gaps

urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/export/<str:kind>/", gaps.export, name="gaps-export"),
]
