"""Custom fields."""

from django.urls import path

from registry.views import custom_fields

urlpatterns = [
    path("custom-fields/", custom_fields.custom_fields, name="custom-fields"),
    path("custom-fields/new/", custom_fields.define, name="custom-field-new"),
    path("custom-fields/<int:pk>/", custom_fields.custom_field, name="custom-field"),
    path("custom-fields/<int:pk>/retire/", custom_fields.retire, name="custom-field-retire"),
]
