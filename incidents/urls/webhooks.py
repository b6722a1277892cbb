"""Addresses outside that are told of incidents, and what was sent to them."""

from django.urls import URLPattern, path

from incidents.views import webhook_deciding, webhook_deliveries, webhooks

urlpatterns: list[URLPattern] = [
    path("webhooks/", webhooks.endpoints, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook-new"),
    path("webhooks/<int:pk>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<int:pk>/edit/", webhooks.edit, name="webhook-edit"),
    path("webhooks/<int:pk>/secret/", webhook_deciding.replace_secret, name="webhook-secret"),
    path("webhooks/<int:pk>/switch/", webhook_deciding.switch, name="webhook-switch"),
    path("webhooks/<int:pk>/resume/", webhook_deciding.resume, name="webhook-resume"),
    path("webhooks/<int:pk>/restricted/", webhook_deciding.restricted, name="webhook-restricted"),
    path("webhooks/<int:pk>/test/", webhook_deliveries.test, name="webhook-test"),
    path("webhooks/<int:pk>/send-again/", webhook_deliveries.send_again, name="webhook-send-again"),
    path("webhooks/deliveries/<int:pk>/", webhook_deliveries.delivery, name="webhook-delivery"),
    path("webhooks/deliveries/<int:pk>/send-again/", webhook_deliveries.redeliver, name="webhook-redeliver"),
]
