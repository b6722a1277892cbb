"""Vendors, and the proofs asked of them."""

from django.urls import path

from registry.views import exports, vendor_questions, vendors

urlpatterns = [
    path("vendors/", vendors.vendors, name="vendors"),
    path("vendors/new/", vendors.new, name="vendor-new"),
    path("vendors/export/<str:kind>/", exports.vendors, name="vendors-export"),
    path("vendors/<int:pk>/", vendors.vendor, name="vendor"),
    path("vendors/<int:pk>/edit/", vendors.edit, name="vendor-edit"),
    path("vendors/<int:pk>/questions/<slug:key>/", vendor_questions.question, name="vendor-question"),
    path("vendors/<int:pk>/questions/<slug:key>/answer/", vendor_questions.answer, name="vendor-answer"),
    path("vendors/<int:pk>/questions/<slug:key>/judge/", vendor_questions.judge, name="vendor-judge"),
    path("vendors/<int:pk>/questions/<slug:key>/not-needed/", vendor_questions.waive, name="vendor-waive"),
    path("vendors/<int:pk>/questions/<slug:key>/open/", vendor_questions.reopen, name="vendor-reopen"),
    path("vendors/<int:pk>/questions/<slug:key>/file/", vendor_questions.file, name="vendor-file"),
]
